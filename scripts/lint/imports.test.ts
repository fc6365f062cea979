import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, it } from 'node:test'
import { expect } from 'chai'

/** The rules that this project's linter reports for a file of this name and content, in a copy of the project's settings and manifests. */
function reported(file: string, text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'opine-lint-'))
  try {
    for (const name of [
      'biome.json',
      ...globSync(['package.json', '*/package.json', 'contracts/abi/package.json', 'scripts/lint/*.grit']),
    ]) {
      cpSync(name, join(folder, name))
    }
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
    const biome = resolve('node_modules/@biomejs/biome/bin/biome')
    const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=github', file], { cwd: folder, encoding: 'utf8' })
    return [...new Set([...stdout.matchAll(/lint\/\w+\/(no\w+)/g)].map((match) => match[1]!))]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const use = (from: string): string => `import { x } from '${from}'\nexport const y = x\n`

describe('who may import whom', () => {
  const refused: [string, string, string][] = [
    ['dispute-game/game/a.ts', '@opine/models/ir/types.ts', 'noUndeclaredDependencies'],
    ['models/ir/a.ts', '@opine/challenger/main.ts', 'noUndeclaredDependencies'],
    ['node-kit/a.ts', '@opine/models/ir/types.ts', 'noUndeclaredDependencies'],
    ['oracle-node/a.ts', '@opine/challenger/main.ts', 'noUndeclaredDependencies'],
    ['challenger/a.ts', '@opine/oracle-node/main.ts', 'noUndeclaredDependencies'],
    ['challenger/a.ts', '@opine/cli/main.ts', 'noUndeclaredDependencies'],
    ['cli/a.ts', '@opine/test/support/arena.ts', 'noUndeclaredDependencies'],
    ['client/a.ts', '@opine/node-kit/deployment.ts', 'noUndeclaredDependencies'],
    ['oracle-node/a.ts', '@opine/client/wait.ts', 'noUndeclaredDependencies'],
    ['models/ir/a.ts', '../../challenger/main.ts', 'noRestrictedImports'],
    ['dispute-game/merkle/a.ts', '../../contracts/abi/generated/DisputeGame.ts', 'noRestrictedImports'],
    ['models/ir/a.ts', 'node:fs', 'noNodejsModules'],
    ['dispute-game/game/a.ts', 'node:crypto', 'noNodejsModules'],
    ['client/a.ts', 'node:fs', 'noNodejsModules'],
  ]
  for (const [file, from, rule] of refused) {
    it(`${file} may not import ${from}`, () => {
      expect(reported(file, use(from))).to.include(rule)
    })
  }

  const allowed: [string, string][] = [
    ['models/ir/a.ts', '@opine/dispute-game/errors.ts'],
    ['node-kit/a.ts', '@opine/abi/generated/DisputeGame.ts'],
    ['challenger/a.ts', '@opine/node-kit/deployment.ts'],
    ['cli/a.ts', '@opine/challenger/main.ts'],
    ['client/a.ts', '@opine/models/ir/types.ts'],
    ['cli/a.ts', '@opine/client/wait.ts'],
  ]
  for (const [file, from] of allowed) {
    it(`${file} may import ${from}`, () => {
      expect(reported(file, use(from))).to.deep.equal([])
    })
  }
})
