import { before, describe, it } from 'node:test'
import { MoodyConsumer } from '@opine/abi/generated/MoodyConsumer.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import type { Contract, ContractTransactionReceipt } from 'ethers'
import { Arena, type Asked, type Asserted, ETHER, GWEI, revertName, TERMS } from '../support/arena.ts'
import { deploy } from '../support/deploy.ts'
import { play } from '../support/player.ts'

const [OWNER, LIAR, HONEST, CHALLENGER, COURIER] = [1, 2, 3, 4, 5] as const
const CALLBACK_GAS = 200_000n
const MOODS = { GOOD: 0, REVERTS: 1, HUNGRY: 2, REENTERS: 4 } as const
const [ASSERTION, INVALIDATED, INFERENCE] = [0n, 1n, 2n]
const LIE = parseLie('3:4:downstream:0x800000')

describe('an optimistic request', () => {
  let arena: Arena
  let price: bigint
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    for (const who of [LIAR, HONEST]) await arena.stake(who, 100n * ETHER)
    price = CALLBACK_GAS * (((GWEI + (1n << 20n) - 1n) >> 20n) << 20n)
  })

  type Scene = { readonly asked: Asked; readonly consumer: Contract; readonly address: string }

  async function ask(seed: number, deadline?: number, callbackGas = Number(CALLBACK_GAS)): Promise<Scene> {
    const consumer = await deploy(MoodyConsumer, [arena.deployment.oracle], arena.signers[OWNER]!)
    const input = sampleImage(seed)
    const base = { liveness: 3600, callbackGas, optimistic: true }
    const terms = await arena.terms(deadline ? { ...base, deadline } : base)
    const receipt = await arena.send(consumer.getFunction('ask')(arena.versionId, input, terms, { value: await arena.due(terms) }))
    const { requestId } = arena.events(receipt, arena.oracle(0), 'InferenceRequested')[0]!
    return { asked: { requestId, input }, consumer, address: await consumer.getAddress() }
  }

  const call = (name: string, ...args: readonly unknown[]) =>
    arena.send(arena.oracle(COURIER).getFunction(name)(...args, { gasLimit: 3_000_000 }))
  const refused = (name: string, ...args: readonly unknown[]) =>
    revertName(
      arena
        .oracle(COURIER)
        .getFunction(name)
        .staticCall(...args),
    )
  const heard = async ({ consumer }: Scene): Promise<bigint[]> => [...(await consumer.getFunction('heard')())]
  const mood = ({ consumer }: Scene, to: keyof typeof MOODS) => arena.send(consumer.getFunction('setMood')(MOODS[to]))
  const owed = (address: string): Promise<bigint> => arena.operators(0).getFunction('payoutOf')(address)
  const hooks = (receipt: ContractTransactionReceipt, name: string) => arena.events(receipt, arena.oracle(0), name).map(({ hook }) => hook)
  /** What the courier earned by something. */
  async function earned(work: () => Promise<unknown>): Promise<bigint> {
    const before = await arena.payout(COURIER)
    await work()
    return (await arena.payout(COURIER)) - before
  }

  async function lieAndTell(
    scene: Scene,
    gasLimit = 3_000_000,
  ): Promise<{ lying: Asserted; honest: Asserted; fall: () => Promise<unknown> }> {
    const { asked } = scene
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(LIAR, asked, tellLie(truth, LIE).trace)
    const honest = await arena.assert(HONEST, asked, truth)
    await arena.send(arena.oracle(COURIER).getFunction('deliverAssertion')(asked.requestId, lying.output, { gasLimit }))
    const fall = async () => {
      const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
      return play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    }
    return { lying, honest, fall }
  }

  it('hears the first answer, then the final one; whoever brings them is paid, and the news of a fall is refunded', async () => {
    const scene = await ask(1)
    const { requestId } = scene.asked
    expect(await refused('deliverAssertion', requestId, '0x'), 'nothing was said yet').to.equal('InferenceOracle_NothingToDeliver')
    const honest = await arena.assert(HONEST, scene.asked, arena.truth(scene.asked.input))
    expect(await heard(scene), 'assertions call nobody').to.deep.equal([])
    expect(await refused('deliverAssertion', requestId, '0x12')).to.equal('InferenceOracle_WrongOutput')
    expect(await earned(() => call('deliverAssertion', requestId, honest.output))).to.equal(price)
    expect(await refused('deliverAssertion', requestId, honest.output), 'once').to.equal('InferenceOracle_NothingToDeliver')
    expect(await refused('deliverInvalidated', requestId), 'it stands').to.equal('InferenceOracle_NothingToDeliver')
    await arena.pass(3601)
    expect(await earned(() => call('settle', requestId, honest.output))).to.equal(price)
    expect(await heard(scene)).to.deep.equal([ASSERTION, INFERENCE])
    expect(await owed(scene.address), 'the third callback').to.equal(price)
  })

  it('whose answer falls hears that, and then what settles, in this order', async () => {
    const scene = await ask(2)
    const { requestId } = scene.asked
    const { honest, fall } = await lieAndTell(scene)
    await fall()
    expect(await heard(scene), 'a kill calls nobody').to.deep.equal([ASSERTION])
    expect(await earned(() => call('deliverInvalidated', requestId))).to.equal(price)
    expect(await refused('deliverInvalidated', requestId), 'once').to.equal('InferenceOracle_NothingToDeliver')
    expect(await refused('deliverAssertion', requestId, honest.output), 'one first answer').to.equal('InferenceOracle_NothingToDeliver')
    await arena.pass(3601)
    expect(await earned(() => call('settle', requestId, honest.output))).to.equal(price)
    expect(await heard(scene)).to.deep.equal([ASSERTION, INVALIDATED, INFERENCE])
  })

  it('settle first delivers a pending invalidation, and is paid for both', async () => {
    const scene = await ask(3)
    const { honest, fall } = await lieAndTell(scene)
    await fall()
    await arena.pass(3601)
    let receipt: ContractTransactionReceipt | undefined
    const pay = await earned(async () => {
      receipt = await call('settle', scene.asked.requestId, honest.output)
    })
    expect(pay).to.equal(2n * price)
    expect(hooks(receipt!, 'CallbackDelivered')).to.deep.equal([INVALIDATED, INFERENCE])
    expect(await heard(scene)).to.deep.equal([ASSERTION, INVALIDATED, INFERENCE])
  })

  it('that nobody told anything gets two callbacks back', async () => {
    const scene = await ask(4)
    const honest = await arena.assert(HONEST, scene.asked, arena.truth(scene.asked.input))
    await arena.pass(3601)
    await call('settle', scene.asked.requestId, honest.output)
    expect(await heard(scene)).to.deep.equal([INFERENCE])
    expect(await owed(scene.address)).to.equal(2n * price)
  })

  it('that reverts pays for the first attempt alone, and hears each state once when it has mended, in order', async () => {
    const scene = await ask(5)
    const { requestId } = scene.asked
    await mood(scene, 'REVERTS')
    const truth = arena.truth(scene.asked.input)
    const lying = await arena.assert(LIAR, scene.asked, tellLie(truth, LIE).trace)
    const honest = await arena.assert(HONEST, scene.asked, truth)
    const tell = () => call('deliverAssertion', requestId, lying.output)
    expect(await earned(tell)).to.equal(price)
    expect(await earned(tell), 'a repetition').to.equal(0n)
    await mood(scene, 'GOOD')
    expect(hooks(await tell(), 'CallbackDelivered')).to.deep.equal([ASSERTION])
    await mood(scene, 'REVERTS')
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, requestId, truth))
    await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    expect(await earned(() => call('deliverInvalidated', requestId))).to.equal(price)
    await arena.pass(3601)
    let settled: ContractTransactionReceipt | undefined
    const pay = await earned(async () => {
      settled = await call('settle', requestId, honest.output)
    })
    expect(pay, 'for the final answer alone').to.equal(price)
    expect(hooks(settled!, 'CallbackFailed'), 'it tries both, in order').to.deep.equal([INVALIDATED, INFERENCE])
    expect((await arena.oracle(0).getFunction('request')(requestId)).status, 'it blocks nobody').to.equal(2n)
    await mood(scene, 'GOOD')
    const again = await call('retryCallback', requestId, honest.output)
    expect(hooks(again, 'CallbackDelivered')).to.deep.equal([INVALIDATED, INFERENCE])
    expect(await heard(scene)).to.deep.equal([ASSERTION, INVALIDATED, INFERENCE])
    expect(await refused('retryCallback', requestId, honest.output)).to.equal('InferenceOracle_NotRetryable')
    expect(await refused('deliverInvalidated', requestId)).to.equal('InferenceOracle_NothingToDeliver')
  })

  it('hears of the fall though somebody made the first attempt fail on purpose, and no other came before the settlement', async () => {
    const scene = await ask(9)
    const { honest, fall } = await lieAndTell(scene)
    await fall()
    await mood(scene, 'REVERTS')
    expect(hooks(await call('deliverInvalidated', scene.asked.requestId), 'CallbackFailed')).to.deep.equal([INVALIDATED])
    await mood(scene, 'GOOD')
    await arena.pass(3601)
    await call('settle', scene.asked.requestId, honest.output)
    expect(await heard(scene)).to.deep.equal([ASSERTION, INVALIDATED, INFERENCE])
  })

  it('with the most callback gas that a rule can allow is settled in one transaction, though it burns all of it twice', async () => {
    const most = 7_000_000
    const before = { arena, price }
    arena = await Arena.create(sampleNetwork(), { ...TERMS, maxCallbackGas: most })
    for (const who of [LIAR, HONEST]) await arena.stake(who, 100n * ETHER)
    const scene = await ask(10, undefined, most)
    const { honest, fall } = await lieAndTell(scene, most + 1_000_000)
    await fall()
    await mood(scene, 'HUNGRY')
    await arena.pass(3601)
    const settle = arena.oracle(COURIER).getFunction('settle')
    const settled = await arena.send(settle(scene.asked.requestId, honest.output, { gasLimit: 1 << 24 }))
    expect(hooks(settled, 'CallbackFailed')).to.deep.equal([INVALIDATED, INFERENCE])
    ;({ arena, price } = before)
  })

  it('re-entrancy through callback: each state is heard once though the consumer asks for it again from within', async () => {
    const scene = await ask(6)
    await mood(scene, 'REENTERS')
    const { honest, fall } = await lieAndTell(scene)
    await fall()
    await call('deliverInvalidated', scene.asked.requestId)
    await arena.pass(3601)
    await call('settle', scene.asked.requestId, honest.output)
    expect(await heard(scene)).to.deep.equal([ASSERTION, INVALIDATED, INFERENCE])
  })

  it('that expires hears of the fall first, and gets the rest back', async () => {
    const scene = await ask(7, (await arena.now()) + 8000)
    const { requestId, input } = scene.asked
    const truth = arena.truth(input)
    const lying = await arena.assert(LIAR, scene.asked, tellLie(truth, LIE).trace)
    await call('deliverAssertion', requestId, lying.output)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, requestId, truth))
    await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    await arena.pass(20_000)
    const before = await owed(scene.address)
    expect(await earned(() => call('expire', requestId))).to.equal(price)
    expect(await heard(scene)).to.deep.equal([ASSERTION, INVALIDATED])
    expect((await owed(scene.address)) - before, 'the fee and the final callback').to.equal(ETHER / 100n + price)
  })

  it('gas grief through callback: who brings too little gas is refused, and a callback takes no more than it was given', async () => {
    const scene = await ask(8)
    const { requestId } = scene.asked
    const honest = await arena.assert(HONEST, scene.asked, arena.truth(scene.asked.input))
    const poor = { gasLimit: 250_000 }
    expect(await revertName(arena.oracle(COURIER).getFunction('deliverAssertion').staticCall(requestId, honest.output, poor))).to.equal(
      'InferenceOracle_GasTooLow',
    )
    await arena.pass(3601)
    expect(await revertName(arena.oracle(COURIER).getFunction('settle').staticCall(requestId, honest.output, poor))).to.equal(
      'InferenceOracle_GasTooLow',
    )
    await arena.send(scene.consumer.getFunction('setMood')(2))
    const settled = await call('settle', requestId, honest.output)
    expect(hooks(settled, 'CallbackFailed')).to.deep.equal([INFERENCE])
    expect(settled.gasUsed < CALLBACK_GAS + 150_000n, `${settled.gasUsed}`).to.equal(true)
  })
})
