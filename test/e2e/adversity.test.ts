import { afterEach, beforeEach, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { type Actor, Theatre } from '../support/theatre.ts'

const CONSUMER = 1
const HONEST = 2
const CHALLENGER = 4
const SECOND = 5
const LIAR = 10

describe('daemons in adversity', () => {
  let theatre: Theatre
  beforeEach(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, LIAR]) await theatre.stake(who, 10n * ETHER)
  })
  afterEach(() => theatre.close())

  const statuses = async (requestId: Hex): Promise<string[]> => (await theatre.assertions(requestId)).map(({ status }) => status)

  it('leaves alone what does not suit it, and answers when it does', async () => {
    const cheap = await theatre.ask(CONSUMER, sampleImage(16), { fee: 1n })
    const dear = await theatre.ask(CONSUMER, sampleImage(17), { bond: 5n * ETHER })
    const late = await theatre.ask(CONSUMER, sampleImage(18), { deadline: 5 })
    const poor = await theatre.ask(CONSUMER, sampleImage(19), { bond: 2n * ETHER })
    const node = await theatre.oracleNode(SECOND, { minFee: 10n, maxBond: 3n * ETHER })
    const reasons = (): unknown[] => node.said('requestDeclined').map(({ requestId, reason }) => [requestId, reason])
    await until('it declined', () => reasons().length >= 4)
    expect(reasons()).to.deep.include.members([
      [cheap, 'fee'],
      [dear, 'bond'],
      [late, 'deadline'],
      [poor, 'stake'],
    ])
    expect(node.moves()).to.deep.equal([])
    await theatre.stake(SECOND, 2n * ETHER)
    await until('it asserted', async () => (await statuses(poor)).length === 1)
    expect(node.moves()).to.deep.equal(['assert'])
    const second = await theatre.oracleNode(HONEST, { minFee: 10n, maxBond: 3n * ETHER })
    await until('another sees that the truth is told', () => second.said('requestDeclined').some(({ reason }) => reason === 'answered'))
    expect(await statuses(poor)).to.have.length(1)
  })

  it('waits for the confirmations that it was told to, and anew where a reorganisation moved the request', async () => {
    const node = await theatre.oracleNode(HONEST, { confirmations: 3 })
    const snapshot = await theatre.local.snapshot()
    const requestId = await theatre.ask(CONSUMER, sampleImage(20))
    await theatre.local.mine(2)
    await until('it was seen', () => node.said('requestSeen').length === 1)
    await theatre.local.revert(snapshot)
    await theatre.local.mine(3)
    expect(await theatre.ask(CONSUMER, sampleImage(20)), 'the same request').to.equal(requestId)
    await theatre.local.mine(2)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await statuses(requestId), 'two blocks are not three').to.deep.equal([])
    await theatre.local.mine()
    await until('it asserted', async () => (await statuses(requestId)).length === 1)
  })

  it('does not begin with a model that is not registered as it has it', async () => {
    const model = sampleModel()
    const unregistered = { ...model, root: `0x${'99'.repeat(32)}` as const }
    const codeOf = (actor: Actor): Promise<string> =>
      actor.ended.then(
        () => 'none',
        (error: unknown) => (error instanceof OpineError ? error.code : String(error)),
      )
    expect(await codeOf(await theatre.oracleNode(HONEST, { models: [unregistered] }))).to.equal('MODEL_UNREGISTERED')
    expect(await codeOf(await theatre.challenger(CHALLENGER, { models: [unregistered] }))).to.equal('MODEL_UNREGISTERED')
    const differing = { ...model, tree: { ...model.tree, bufferRoot: new Uint8Array(32) } }
    expect(await codeOf(await theatre.oracleNode(HONEST, { models: [differing] }))).to.equal('MODEL_DIFFERS')
  })
})
