import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import type { ActResult, DemoResult } from '@opine/cli/demo/result.ts'
import { expect } from 'chai'
import { startAnvil } from '../support/anvil.ts'
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

const changes = ({ money }: Printed): ReadonlyMap<string, bigint> => new Map(money.map(({ who, change }) => [who, BigInt(change)]))
const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n)

/** What holds of every demonstration. */
function checkResult(result: Printed): void {
  expect(result.complaints).to.deep.equal([])
  expect(result.ok).to.equal(true)
  for (const { claims } of result.acts) {
    expect(claims.length).least(6)
    expect(claims.filter(({ holds }) => !holds)).to.deep.equal([])
  }
  expect(sum(changes(result).values()), 'what one loses, others get or it is burned').to.equal(0n)
  expect(result.processes.filter(({ pid }) => lives(pid!))).to.deep.equal([])
}

/** The dispute ends at the lie that was told, with both values. */
function checkDispute({ lie, dispute }: ActResult): void {
  const [kind, ...numbers] = lie.split(':')
  const { step, lane } = dispute
  expect(lane!.claimed).not.to.equal(lane!.truth)
  if (kind !== 'total') return void expect([step!.kernel, step!.element]).to.deep.equal([Number(kind), Number(numbers[0])])
  const [kernel, element, block, xor] = numbers.map(Number)
  expect(step).to.include({ kernel, element, block, evaluation: 1 })
  expect((step!.claimed ^ step!.computed) >>> 0).to.equal(xor)
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

  it('plays three acts for three kinds of consumers, and everything promised happens', () => {
    checkResult(result)
    expect(result.acts.map(({ model }) => model.name)).to.deep.equal(['digits', 'credit', 'story'])
    expect(result.acts.map(({ consumer }) => consumer.kind)).to.deep.equal(['callback', 'optimistic callback', 'pull'])
    expect(result.acts.map(({ way }) => way)).to.deep.equal(['bisection', 'one-shot', 'sham'])
  })

  it('accounts for every bond: the liar pays those who caught it, the sham challenger the operator', () => {
    const change = changes(result)
    expect(change.get('liar')! < (-3n * ETHER) / 2n, 'two bonds, one of them 1 ETH').to.equal(true)
    const winners = change.get('challenger')! + change.get('rival')!
    expect(winners >= (3n * ETHER) / 20n, 'a tenth of each bond at least').to.equal(true)
    for (const who of ['challenger', 'rival'] as const) expect(change.get(who)! >= 0n, who).to.equal(true)
    expect(change.get('sham')).to.equal(-ETHER / 4n)
    expect(change.get('honest')! >= (3n * ETHER) / 20n + ETHER / 5n, 'three fees and a bond').to.equal(true)
    for (const name of ['DigitReader', 'RiskBoard', 'NextWord']) expect(change.get(name), name).to.equal(ETHER / 20n)
  })

  it('narrows each dispute down to the lie that was told', () => {
    for (const act of result.acts.filter(({ way }) => way !== 'sham')) checkDispute(act)
  })

  it('says what each game cost', () => {
    for (const { gas, way } of result.acts) {
      expect(gas.lines.some(({ move }) => move === 'open')).to.equal(true)
      expect(gas.lines.reduce((total, line) => total + line.gas, 0)).to.equal(gas.game)
      expect(gas.asserter + gas.challenger).to.equal(gas.game)
      if (way !== 'one-shot') expect(gas.rounds).least(2)
      expect(gas.final).to.be.within(100_000, 5_000_000)
    }
  })

  it('tells the story on stderr, move by move, with the picture, the file and the text', () => {
    const { stderr } = outcome
    for (const word of ['assertResult', 'descendTrace', 'swearTotals', 'in truth', '@@', 'convolution', 'enquiries'])
      expect(stderr).to.contain(word)
    for (const word of ['as provisional', 'hears that the answer fell', 'NoFraud', 'takes the next word']) expect(stderr).to.contain(word)
    expect(stderr.trimEnd().split('\n').at(-1)).to.match(/^Both lies fell, the sham challenge failed/)
    expect(stderr).not.to.contain('\x1b[')
  })

  it('leaves neither processes nor files behind, and takes less than 90 seconds', () => {
    const names = new Set(result.processes.map(({ name }) => name))
    expect([...names].sort()).to.deep.equal(['chain', 'first challenger', 'honest operator', 'lying operator', 'second challenger'])
    expect(runs()).to.deep.equal(earlier)
    expect(result.seconds).to.be.below(90)
  })
})

describe('opine demo with a model of the user', () => {
  it('plays a lie and a sham challenge on anvil, computed by the stock runtime', async () => {
    const input = ['--input', 'text=models/zoo/reader/examples/crossed.json']
    const model = ['--model', 'models/zoo/exact/reader.onnx', '--executor', 'onnxruntime']
    const args = ['demo', '--chain', 'anvil', ...model, ...input, '--quiet', '--json']
    const { code, stdout, stderr } = await opine(args, {}, 120_000)
    expect(code, stderr.slice(-3000)).to.equal(0)
    const result = JSON.parse(stdout) as Printed
    checkResult(result)
    expect(result.chain.client).to.match(/^anvil/)
    expect(result.acts.map(({ way, model }) => [way, model.name])).to.deep.equal([
      ['bisection', 'reader.onnx'],
      ['sham', 'reader.onnx'],
    ])
    checkDispute(result.acts[0]!)
    expect(stderr, 'quiet').not.to.contain('assertResult')
  })

  it('refuses a node without the development accounts', async () => {
    const anvil = await startAnvil({ accounts: 3 })
    try {
      const { code, stderr } = await opine(['demo', '--rpc', anvil.url])
      expect([code, stderr.replace(/^error NODE_NOT_DEV: [^\n]*start one with "opine chain"[^\n]*\n$/, '')]).to.deep.equal([1, ''])
    } finally {
      await anvil.stop()
    }
  })

  const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an input without a model', ['--random', '3'], /^error MODEL_MISSING: [^\n]*--model[^\n]*\n$/],
    ['a missing input', ['--model', 'models/zoo/credit/credit.onnx'], /^error INPUT_MISSING: [^\n]*--random[^\n]*\n$/],
    ['a node that is not there', ['--rpc', 'http://127.0.0.1:1'], /^error NODE_UNREACHABLE: [^\n]*\n$/],
  ]
  for (const [what, args, message] of refusals) {
    it(`refuses ${what} in one line`, async () => {
      const { code, stderr } = await opine(['demo', ...args])
      expect([code, stderr.replace(message, '')]).to.deep.equal([1, ''])
    })
  }
})

/** A demonstration to which something is done as soon as it says this. @returns all that it said, and its end */
function disturbed(args: readonly string[], when: RegExp, act: (match: RegExpExecArray, demo: ChildProcess) => void) {
  const demo = spawn(process.execPath, [join(ROOT, 'cli/main.ts'), 'demo', '--pause', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  })
  let [told, failed] = ['', '']
  let done = false
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    const match = when.exec(told)
    if (!match || done) return
    done = true
    act(match, demo)
  })
  demo.stderr.setEncoding('utf8').on('data', (text: string) => {
    failed += text
  })
  return new Promise<{ readonly code: number | null; readonly told: string; readonly failed: string }>((resolve) =>
    demo.once('close', (code) => resolve({ code, told, failed })),
  )
}

const pidsOf = (told: string): number[] => Array.from(told.matchAll(/process (\d+)/g), ([, pid]) => Number(pid))

/** Set up soonest. */
const SMALL = ['--model', 'models/zoo/credit/credit.onnx', '--random', '1']

describe('opine demo, disturbed', () => {
  it('ends with one typed line after the last words of all when a process dies, and leaves nothing behind', async () => {
    const { code, told, failed } = await disturbed(SMALL, /the first challenger starts: process (\d+)/, ([, pid]) =>
      process.kill(Number(pid), 'SIGKILL'),
    )
    expect(failed).to.match(/^error DAEMON_ENDED: the first challenger ended with signal SIGKILL [^\n]*\n$/)
    expect(code).to.equal(1)
    expect(told).to.match(/^ {2}lying operator: \{"time"/m)
    expect(pidsOf(told).length).least(4)
    expect(pidsOf(told).filter(lives)).to.deep.equal([])
    expect(told).not.to.contain('Who ended with what')
  })

  it('ends quietly when it is interrupted, and leaves nothing behind', async () => {
    const earlier = runs()
    const { code, told, failed } = await disturbed(SMALL, /assertResult/, (_, demo) => demo.kill('SIGINT'))
    expect([code, failed]).to.deep.equal([130, ''])
    expect(pidsOf(told).length).least(2)
    expect(pidsOf(told).filter(lives)).to.deep.equal([])
    expect(runs()).to.deep.equal(earlier)
  })
})
