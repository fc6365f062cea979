import { after, before, describe, it } from 'node:test'
import { DryRun } from '@opine/challenger/dry-run.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import { JsonRpcProvider } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const [CONSUMER, LIAR, CHALLENGER, OTHER] = [1, 3, 4, 5] as const
/** A contract that answers 42 to everything: PUSH1 42, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN. */
const ANSWERS_42 = '0x602a5f5260205ff3'
/** A lie in the last element of the last output, and one that no output shows. */
const [LIE_IN_OUTPUT, LIE_INSIDE] = ['5:0:alone:0x1', '3:4:downstream:0x800000']

describe('the dry run before a game', () => {
  let theatre: Theatre
  let verifier: string
  let code: string
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    await theatre.stake(LIAR, 10n * ETHER)
    verifier = (await theatre.contracts.game.read('VERIFIER'))[0] as string
    code = await theatre.local.provider.getCode(verifier)
  })
  after(() => theatre.close())

  const becomes = (bytecode: string): Promise<unknown> => theatre.local.provider.send('hardhat_setCode', [verifier, bytecode])

  async function lie(spec: string, image: number): Promise<void> {
    const liar = await theatre.oracleNode(LIAR, { lie: parseLie(spec) }, { store: spec })
    const requestId = await theatre.ask(CONSUMER, sampleImage(image))
    await until('it lied', async () => (await theatre.assertions(requestId)).length === 1)
    await liar.stop()
  }

  it('opens no game where the verifier computes otherwise, and says where', async () => {
    await lie(LIE_INSIDE, 3)
    await becomes(ANSWERS_42)
    const challenger = await theatre.challenger(CHALLENGER)
    await until('the alarm', () => challenger.said('dryRunFailed').length === 1)
    await theatre.local.mine(3)
    await until('it looked again', () => challenger.said('assertionSeen').length === 1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const [alarm, ...more] = challenger.said('dryRunFailed')
    expect(more).to.deep.equal([])
    expect(alarm).to.include({ level: 'error', code: 'DRY_RUN_FAILED', verifier, found: '0x0000002a' })
    for (const name of ['kernel', 'element', 'evaluation', 'block', 'expected', 'alarm']) expect(alarm).to.have.property(name)
    expect(challenger.moves()).to.deep.equal([])
    await challenger.stop()
  })

  it('opens the game once the verifier is right, and remembers that this program passed', async () => {
    await becomes(code)
    const challenger = await theatre.challenger(CHALLENGER)
    await until('it opened', () => challenger.moves().includes('open'))
    const passed = challenger.said('dryRunPassed')
    expect(passed.map(({ exact }) => exact)).to.deep.equal([true, false])
    expect(passed[0]!.steps, 'the output element that differs').to.be.within(1, 4)
    expect(passed[1]!.steps, 'one of every kind').to.be.greaterThan(4)
    for (const line of passed) expect(line).to.include({ left: 0, unasked: 0 })
    await lie(LIE_IN_OUTPUT, 4)
    await until('it opened another', () => challenger.moves().filter((kind) => kind === 'open').length === 2)
    const more = challenger.said('dryRunPassed').slice(2)
    expect(
      more.map(({ exact }) => exact),
      'the kinds are not tried again',
    ).to.deep.equal([true])
    await challenger.stop()
  })

  it('takes a verifier that reverts for one that disagrees', async () => {
    await becomes('0x5f5ffd')
    const challenger = await theatre.challenger(OTHER)
    await until('the alarm', () => challenger.said('dryRunFailed').length > 0)
    expect(challenger.said('dryRunFailed')[0]!.found).to.contain('revert')
    expect(challenger.moves()).to.deep.equal([])
    await challenger.stop()
    await becomes(code)
  })

  it('is cut off where time is short, without holding the game up, and goes on before the next', async () => {
    const { model, contracts, local } = theatre
    const memory = Store.open(':memory:')
    const lines: Record<string, unknown>[] = []
    const log = createLog({ format: 'json', service: 'test', write: (line) => lines.push(JSON.parse(line)) })
    const trace = buildTrace(model.program, [sampleImage(9)], execute)
    const salt = new Uint8Array(32)
    const passes = (patience: number, id: string): Promise<boolean> => {
      const dryRun = new DryRun({ contracts, provider: local.provider, store: memory, log, code: 'test' })
      return dryRun.passes({ assertionId: `0x${id.repeat(64)}`, model, trace, salt, output: undefined, patience })
    }
    const start = performance.now()
    expect(await passes(0, '1')).to.equal(true)
    expect(lines[0]).to.include({ event: 'dryRunPassed', level: 'warn', steps: 1 })
    const left = Number(lines[0]!.left)
    expect(left).to.be.greaterThan(3)
    expect(performance.now() - start).to.be.below(2000)
    expect(await passes(3600, '1')).to.equal(true)
    expect(lines[1]).to.include({ level: 'info', left: 0 })
    expect(Number(lines[1]!.steps)).to.be.within(left, left + 1)
    expect(await passes(3600, '1')).to.equal(true)
    expect(lines).to.have.length(2)
    memory.close()
  })

  it('is not failed by a node that answers wrongly once', async () => {
    const { model, contracts, local } = theatre
    const memory = Store.open(':memory:')
    const lines: Record<string, unknown>[] = []
    const log = createLog({ format: 'json', service: 'test', write: (line) => lines.push(JSON.parse(line)) })
    const provider = new JsonRpcProvider(local.url.replace('ws', 'http'), undefined, { staticNetwork: true, cacheTimeout: -1 })
    const call = provider.call.bind(provider)
    let calls = 0
    provider.call = async (request) => (calls++ === 0 ? `0x${'2a'.padStart(64, '0')}` : call(request))
    const dryRun = new DryRun({ contracts, provider, store: memory, log, code: 'test' })
    const trace = buildTrace(model.program, [sampleImage(9)], execute)
    const question = {
      assertionId: `0x${'1'.repeat(64)}` as const,
      model,
      trace,
      salt: new Uint8Array(32),
      output: undefined,
      patience: 3600,
    }
    expect(await dryRun.passes(question)).to.equal(true)
    expect(lines.map(({ event }) => event)).to.deep.equal(['dryRunPassed'])
    provider.destroy()
    memory.close()
  })

  it('of a long-lived game does not hold up one whose time is short', async () => {
    const { model, contracts, local } = theatre
    const memory = Store.open(':memory:')
    const lines: Record<string, unknown>[] = []
    const log = createLog({ format: 'json', service: 'test', write: (line) => lines.push(JSON.parse(line)) })
    const trace = buildTrace(model.program, [sampleImage(9)], execute)
    // A node that takes half a second for each call.
    const provider = new JsonRpcProvider(local.url.replace('ws', 'http'), undefined, { staticNetwork: true, cacheTimeout: -1 })
    const call = provider.call.bind(provider)
    provider.call = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      return call(request)
    }
    const dryRun = new DryRun({ contracts, provider, store: memory, log, code: 'test' })
    const passes = (patience: number, id: string): Promise<boolean> =>
      dryRun.passes({ assertionId: `0x${id.repeat(64)}`, model, trace, salt: new Uint8Array(32), output: undefined, patience })
    const long = passes(3600, '1')
    const start = performance.now()
    expect(await passes(10, '2')).to.equal(true)
    expect(performance.now() - start).to.be.below(1_500)
    expect(lines.map(({ event }) => event)).to.deep.equal(['dryRunCutOff'])
    expect(await long).to.equal(true)
    expect(lines[1]).to.include({ event: 'dryRunPassed', left: 0 })
    provider.destroy()
    memory.close()
  })
})
