import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { after, before, describe, it } from 'node:test'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { type Actor, Theatre } from '../support/theatre.ts'

const [CONSUMER, OPERATOR, CHALLENGER] = [1, 3, 4] as const
const slow = { name: 'slow', module: new URL('../support/executors/slow.ts', import.meta.url).href }

/** An input for which the executor `slow` does what its first byte says. */
const special = (image: number, first: number): Uint8Array => sampleImage(image).with(0, first)

describe('a daemon whose model runs', () => {
  let theatre: Theatre
  let operator: Actor
  const folder = mkdtempSync(join(tmpdir(), 'opine-compute-'))
  const [gate, trap] = ['gate', 'trap'].map((name) => join(folder, name)) as [string, string]
  before(async () => {
    Object.assign(process.env, { OPINE_TEST_GATE: gate, OPINE_TEST_TRAP: trap })
    theatre = await Theatre.open(sampleModel())
    await theatre.stake(OPERATOR, 10n * ETHER)
    operator = await theatre.oracleNode(OPERATOR, { executor: slow, workers: 1, lie: parseLie('3:4:downstream:0x800000') })
    await until('it started', () => operator.said('started').length === 1)
  })
  after(async () => {
    writeFileSync(gate, '')
    await theatre.close()
    rmSync(folder, { recursive: true })
    delete process.env.OPINE_TEST_GATE
    delete process.env.OPINE_TEST_TRAP
  })

  const answered = (requestId: string) => async () => (await theatre.assertions(requestId as `0x${string}`)).length === 1

  it('answers moves of a game meanwhile', async () => {
    const first = await theatre.ask(CONSUMER, sampleImage(3))
    await until('the first answer', answered(first))
    const long = await theatre.ask(CONSUMER, special(4, 250))
    const later = await theatre.ask(CONSUMER, sampleImage(5))
    await until('both were seen', () => operator.said('requestSeen').length === 3)
    const delay = monitorEventLoopDelay({ resolution: 10 })
    delay.enable()
    const challenger = await theatre.challenger(CHALLENGER)
    await until('the game is over', () => operator.said('gameEnded').length === 1)
    delay.disable()
    expect(operator.moves()).to.include('reveal')
    expect(delay.max / 1e6, 'milliseconds that the event loop stood still').to.be.below(5000)
    for (const requestId of [long, later]) expect(await answered(requestId)()).to.equal(false)
    writeFileSync(gate, '')
    for (const requestId of [long, later]) await until('it is answered, too', answered(requestId))
    await challenger.stop()
  })

  it('survives that the thread ends in the middle, and answers all the same', async () => {
    writeFileSync(trap, '')
    const requestId = await theatre.ask(CONSUMER, special(6, 251))
    await until('it is answered', answered(requestId))
    expect(existsSync(trap)).to.equal(false)
    expect(operator.said('workerLost')).to.have.length(1)
    expect(operator.said('workerLost')[0]).to.include({ level: 'warn', code: 'COMPUTE_CRASHED' })
    expect(operator.said('taskFailed')[0]).to.include({ task: `request:${requestId}`, code: 'COMPUTE_CRASHED' })
  })

  it('stops at once', async () => {
    rmSync(gate)
    await theatre.ask(CONSUMER, special(7, 250))
    await until('it was seen', () => operator.said('requestSeen').length === 5)
    const begun = performance.now()
    await operator.stop()
    expect(performance.now() - begun).to.be.below(3000)
    expect(operator.said('stopped')).to.have.length(1)
  })
})
