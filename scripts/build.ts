/** Compiles the contracts and writes their typed bindings, unless neither the sources nor the settings changed. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeBindings } from './bindings.ts'

const STAMP = '.opine/contracts.stamp'

function sourceHash(): string {
  const hash = createHash('sha256')
  const sources = readdirSync('contracts', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sol'))
  for (const name of [...sources.sort().map((source) => join('contracts', source)), 'hardhat.config.ts', 'scripts/bindings.ts']) {
    hash.update(`${name}\n`).update(readFileSync(name))
  }
  return hash.digest('hex')
}

const hash = sourceHash()
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== hash || !existsSync('artifacts')) {
  process.stderr.write('[setup] compiling the contracts\n')
  const done = spawnSync(process.execPath, ['node_modules/hardhat/dist/src/cli.js', 'build', '--no-tests'], { stdio: ['ignore', 2, 2] })
  if (done.status !== 0) process.exit(done.status ?? 1)
  writeBindings('artifacts', 'contracts/abi/generated')
  mkdirSync('.opine', { recursive: true })
  writeFileSync(STAMP, hash)
}
