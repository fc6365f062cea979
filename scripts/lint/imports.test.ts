import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { expect } from 'chai'

/** The rules that this project's linter reports for a file of this name and content. */
function reported(file: string, text: string): string[] {
  const biome = 'node_modules/@biomejs/biome/bin/biome'
  const args = [biome, 'lint', '--colors=off', `--stdin-file-path=${file}`]
  const { stdout, stderr } = spawnSync(process.execPath, args, { input: text, encoding: 'utf8' })
  return [...new Set([...`${stdout}${stderr}`.matchAll(/lint\/\w+\/(no\w+)/g)].map((match) => match[1]!))]
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
    ['models/ir/a.ts', '../../challenger/main.ts', 'noRestrictedImports'],
    ['dispute-game/merkle/a.ts', '../../contracts/abi/generated/DisputeGame.ts', 'noRestrictedImports'],
    ['models/ir/a.ts', 'node:fs', 'noNodejsModules'],
    ['dispute-game/game/a.ts', 'node:crypto', 'noNodejsModules'],
  ]
  for (const [file, from, rule] of refused) {
    it(`${file} may not import ${from}`, () => expect(reported(file, use(from))).to.include(rule))
  }

  const allowed: [string, string][] = [
    ['models/ir/a.ts', '@opine/dispute-game/errors.ts'],
    ['node-kit/a.ts', '@opine/abi/generated/DisputeGame.ts'],
    ['challenger/a.ts', '@opine/node-kit/deployment.ts'],
    ['cli/a.ts', '@opine/challenger/main.ts'],
  ]
  for (const [file, from] of allowed) it(`${file} may import ${from}`, () => expect(reported(file, use(from))).to.deep.equal([]))
})
