import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { expect } from 'chai'
import { genesis } from './genesis.ts'

const ROOT = join(import.meta.dirname, '../..')
const FOLDER = join(ROOT, '.opine/invariants')
const CLI = join(ROOT, 'node_modules/hardhat/dist/src/cli.js')

/** Names of the tests that passed, by what the runner prints of them. */
function passed(output: string): string[] {
  return [...output.matchAll(/✔ (\w+)\(\)/g)].map(([, name]) => name!)
}

describe('the protocol, under legal moves of anybody in any order', () => {
  let output: string
  let status: number | null
  before(async () => {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(join(FOLDER, 'genesis.hex'), await genesis())
    // The runner knows the target of its calls by its artifact, so that the handler is compiled for itself as well.
    const files = ['Handler.sol', 'Protocol.t.sol', 'Reach.t.sol', 'Notice.t.sol'].map((name) => `test/invariants/${name}`)
    const run = spawnSync(process.execPath, [CLI, 'test', 'solidity', ...files], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    })
    output = `${run.stdout}${run.stderr}`
    status = run.status
  })

  it('owes what it holds, harms nobody honest, settles no lie, and always comes to an end', () => {
    expect(passed(output), output).to.include('invariant_moneyAndTruth')
  })

  it('is moved to every end by these moves', () => {
    expect(passed(output), output).to.include('test_movesComeToEveryEnd')
  })

  it('would be caught at each of the faults that the checks look for', () => {
    const names = ['unowedMoney', 'unknownEscrow', 'slashedHonesty', 'fallenTruth', 'lockWithoutAssertion', 'settledLie', 'lockForEver']
    expect(passed(output), output).to.include.members(names.map((name) => `test_${name}`))
    expect(status, output).to.equal(0)
  })
})
