import { afterEach, beforeEach, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { expect } from 'chai'
import { ETHER, TERMS } from '../support/arena.ts'
import { account, until } from '../support/local-chain.ts'
import { Middleman } from '../support/middleman.ts'
import { sampleModel } from '../support/sample-model.ts'
import { type Actor, Theatre } from '../support/theatre.ts'

const CONSUMER = 1
const HONEST = 2
const CHALLENGER = 4
const SECOND = 5
const STRANGER = 6
const LIARS = [10, 11, 12, 13, 14, 15] as const
const LIES = ['3:4:downstream:0x800000', 'total:3:4:0:0x800000', 'interior:a', 'leaf:7', 'random:c', '1:9:alone:0x400000'] as const

describe('daemons in adversity', () => {
  let theatre: Theatre
  beforeEach(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, ...LIARS]) await theatre.stake(who, 10n * ETHER)
  })
  afterEach(() => theatre.close())

  const statuses = async (requestId: Hex): Promise<string[]> => (await theatre.assertions(requestId)).map(({ status }) => status)
  const stopAll = async (...actors: readonly Actor[]): Promise<void> => {
    for (const actor of actors) await actor.stop()
  }

  it('plays many games at once, and every kind of lie falls', async () => {
    const requestId = await theatre.ask(CONSUMER, sampleImage(10))
    await theatre.oracleNode(HONEST)
    await Promise.all(LIARS.map((who, i) => theatre.oracleNode(who, { lie: parseLie(LIES[i]!) })))
    const all = LIARS.length + 1
    await until('all asserted', async () => (await statuses(requestId)).length === all)
    const challenger = await theatre.challenger(CHALLENGER)
    const fallen = (list: string[]): number => list.filter((status) => status === 'DEFEATED').length
    await until('all lies fell', async () => fallen(await statuses(requestId)) === all - 1, 60_000)
    for (const { asserter, status } of await theatre.assertions(requestId)) {
      expect(status).to.equal(asserter === account(HONEST).address ? 'STANDING' : 'DEFEATED')
    }
    expect(challenger.said('gameLost')).to.have.length(0)
    expect(challenger.moves().filter((kind) => kind === 'open')).to.have.length(LIARS.length)
  })

  it('wins by time against a liar that falls silent, in a later life, with its memory lost', async () => {
    const requestId = await theatre.ask(CONSUMER, sampleImage(12))
    const liar = await theatre.oracleNode(LIARS[0], { lie: parseLie(LIES[0]) })
    await until('it lied', async () => (await statuses(requestId)).length === 1)
    const first = await theatre.challenger(CHALLENGER)
    await until('the game is under way', () => first.moves().includes('descendTrace'))
    await stopAll(liar, first)
    expect(await statuses(requestId)).to.deep.equal(['STANDING'])
    await theatre.local.pass(TERMS.clock + 1)
    const second = await theatre.challenger(CHALLENGER, {}, { store: '-new' })
    await until('the lie fell', async () => (await statuses(requestId))[0] === 'DEFEATED')
    await until('it is said', () => second.said('move').length > 0)
    expect(second.moves()).to.deep.equal(['timeout'])
  })

  it('defends the truth against a challenger that opens and falls silent, over a restart, and takes its bond', async () => {
    const requestId = await theatre.ask(CONSUMER, sampleImage(13))
    const honest = await theatre.oracleNode(HONEST)
    await until('it asserted', async () => (await statuses(requestId)).length === 1)
    await honest.stop()
    const [assertion] = await theatre.assertions(requestId)
    await theatre.prepare(STRANGER, assertion!.id)
    for (const byte of ['01', '02']) {
      const call = theatre.contracts.game.encode('open', assertion!.id, `0x${byte.repeat(32)}`)
      await theatre.transact(STRANGER, call, TERMS.gameBond)
    }
    const before = await theatre.payout(HONEST)
    const again = await theatre.oracleNode(HONEST)
    await until('it revealed', () => again.moves().includes('reveal'))
    expect(again.moves(), 'one reveal counts in both games').to.deep.equal(['reveal'])
    await theatre.local.pass(TERMS.clock + 1)
    await until('it settled', async () => (await theatre.request(requestId)).status === 'SETTLED')
    await until('it is said', () => again.moves().includes('settle'))
    expect(again.moves().slice(1).sort()).to.deep.equal(['settle', 'timeout', 'timeout'])
    expect((await theatre.payout(HONEST)) - before).to.equal(10n ** 16n + 2n * TERMS.gameBond)
  })

  it('refunds the game of the slower of two challengers', async () => {
    const requestId = await theatre.ask(CONSUMER, sampleImage(14))
    const liar = await theatre.oracleNode(LIARS[1], { lie: parseLie(LIES[1]) })
    await until('it lied', async () => (await statuses(requestId)).length === 1)
    const [lying] = await theatre.assertions(requestId)
    await liar.stop()
    const both = [await theatre.challenger(CHALLENGER), await theatre.challenger(SECOND)] as const
    await until('both opened', async () => (await theatre.assertion(lying!.id)).openGames === 2)
    await theatre.oracleNode(LIARS[1], { lie: parseLie(LIES[1]) })
    await until('the lie fell', async () => (await statuses(requestId))[0] === 'DEFEATED')
    await until('one was refunded', () => both.some(({ moves }) => moves().includes('refund')))
    expect(both.filter((actor) => actor.moves().includes('step'))).to.have.length(1)
    expect(both.filter((actor) => actor.moves().includes('refund'))).to.have.length(1)
  })

  it('goes on after cut connections and repeats what a reorganisation took back', async (context) => {
    const middleman = await Middleman.start(theatre.local.url)
    let cuts: NodeJS.Timeout | undefined
    context.after(async () => {
      clearInterval(cuts)
      await theatre.dismiss()
      await middleman.close()
    })
    const requestId = await theatre.ask(CONSUMER, sampleImage(15))
    const snapshot = await theatre.local.snapshot()
    await theatre.oracleNode(LIARS[2], { lie: parseLie(LIES[2]) }, { url: middleman.url })
    const challenger = await theatre.challenger(CHALLENGER, {}, { url: middleman.url })
    await until('the game is under way', () => challenger.moves().includes('descendTrace'))
    await theatre.local.revert(snapshot)
    cuts = setInterval(() => middleman.cut(), 300)
    await theatre.local.mine()
    await until('the lie fell', async () => (await statuses(requestId))[0] === 'DEFEATED')
    expect(challenger.said('nodeReconnected').length).to.be.greaterThan(0)
  })

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
