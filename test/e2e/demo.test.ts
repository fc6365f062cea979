import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import type { DemoResult } from '@opine/cli/demo/result.ts'
import { expect } from 'chai'
import { type Outcome, opine } from '../support/opine.ts'

const ROOT = join(import.meta.dirname, '../..')
const ETHER = 10n ** 18n

/** JSON carries wei as text. */
type Printed = Omit<DemoResult, 'money'> & {
  readonly money: readonly { readonly who: string; readonly change: string; readonly gas: string }[]
}

/** Folders of demonstrations that run, or were killed. */
const runs = (): string[] => (existsSync(join(ROOT, '.demo')) ? readdirSync(join(ROOT, '.demo')) : [])

/** Whether a process is still there. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('opine demo', () => {
  let outcome: Outcome
  let result: Printed
  const earlier = runs()
  before(async () => {
    outcome = await opine(['demo', '--seed', '4', '--json'], {}, 180_000)
    expect(outcome.code, outcome.stderr.slice(-3000)).to.equal(0)
    result = JSON.parse(outcome.stdout) as Printed
  })

  it('ends with the liar slashed, the challenger paid and the right digit delivered', () => {
    expect(result.ok).to.equal(true)
    expect(result.complaints).to.deep.equal([])
    expect(result.verdict).to.include({ liarSlashed: true, challengerPaid: true, rightDigit: true, digit: result.image.label })
    expect(result.verdict.probability).to.be.within(0.5, 1)
  })

  it('accounts for every wei: what the liar loses is what others get and what is burned', () => {
    const change = Object.fromEntries(result.money.map((account) => [account.who, BigInt(account.change)]))
    expect(change.liar).to.equal(-ETHER)
    expect(change.challenger! >= ETHER / 10n && change.challenger! <= ETHER / 5n, String(change.challenger)).to.equal(true)
    expect(change.burned! >= ETHER / 2n, String(change.burned)).to.equal(true)
    expect(change.honest).to.equal(-change.asker!)
    expect(Object.values(change).reduce((sum, amount) => sum + amount, 0n)).to.equal(0n)
  })

  it('narrows the dispute down to the lie that was told', () => {
    const [kind, kernel, element, block, xor] = result.lie.split(':')
    expect(kind).to.equal('total')
    const { step, lane } = result.dispute
    expect(step).to.include({ kernel: Number(kernel), element: Number(element), block: Number(block), evaluation: 1 })
    expect((step!.claimed ^ step!.computed) >>> 0).to.equal(Number(xor))
    expect(lane!.claimed).not.to.equal(lane!.truth)
  })

  it('says what each move cost', () => {
    const { lines, game, rounds, step } = result.gas
    expect(lines[0]!.move).to.equal('open')
    expect(lines.at(-1)!.move).to.equal('step')
    expect(lines.reduce((sum, { gas }) => sum + gas, 0)).to.equal(game)
    expect(rounds).to.equal(4)
    expect(step).to.be.within(100_000, 5_000_000)
  })

  it('tells the story on stderr, move by move, with the digit as a picture', () => {
    for (const word of ['lying operator', 'assertResult', 'descendTrace', 'swearTotals', 'in truth', '@@', 'convolution'])
      expect(outcome.stderr).to.contain(word)
    expect(outcome.stderr).not.to.contain('\x1b[')
  })

  it('leaves neither processes nor files behind, and takes less than 90 seconds', () => {
    expect(result.processes.map(({ name }) => name)).to.deep.equal(['chain', 'lying operator', 'honest operator', 'challenger'])
    expect(result.processes.filter(({ pid }) => lives(pid!))).to.deep.equal([])
    expect(runs()).to.deep.equal(earlier)
    expect(result.seconds).to.be.below(90)
  })
})

describe('opine demo, when a process dies', () => {
  it('ends with one typed line after the last words of all, and leaves nothing behind', async () => {
    const demo = spawn(process.execPath, [join(ROOT, 'cli/main.ts'), 'demo', '--fast'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    })
    let [told, failed] = ['', '']
    let killed: number | undefined
    demo.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text
      const [, pid] = /the challenger starts: process (\d+)/.exec(told) ?? []
      if (pid === undefined || killed !== undefined) return
      killed = Number(pid)
      process.kill(killed, 'SIGKILL')
    })
    demo.stderr.setEncoding('utf8').on('data', (text: string) => {
      failed += text
    })
    const code = await new Promise((resolve) => demo.once('close', resolve))
    expect(failed).to.match(/^error DAEMON_ENDED: the challenger ended with signal SIGKILL [^\n]*\n$/)
    expect(code).to.equal(1)
    expect(told).to.match(/^ {2}lying operator: \{"time"/m)
    const pids = Array.from(told.matchAll(/process (\d+)/g), ([, pid]) => Number(pid))
    expect(pids).to.have.lengthOf(4)
    expect(pids.filter(lives)).to.deep.equal([])
    expect(told).not.to.contain('Who ended with what')
  })
})
