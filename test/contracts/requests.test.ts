import { before, describe, it } from 'node:test'
import type { RequestTerms } from '@opine/client/request-terms.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { Arena, ETHER, FREE, GWEI, revertName, TERMS } from '../support/arena.ts'

const [OWNER, CONSUMER, OPERATOR, ROYAL, STRANGER] = [0, 1, 2, 3, 4] as const
const PRICE = ETHER / 1000n

describe('requests', () => {
  let arena: Arena
  let priced: string
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    await arena.stake(OPERATOR, 100n * ETHER)
    const models = arena.models(STRANGER)
    const terms = { ...FREE, price: PRICE, royaltyReceiver: arena.addresses[ROYAL], royaltyBps: 2_500 }
    const made = await arena.send(models.getFunction('createModel')(arena.tree.root, terms))
    priced = arena.events(made, models, 'VersionAdded')[0]!.versionId
  })

  const request = (who: number) => arena.oracle(who).getFunction('requestInference')
  const tryAsk = async (terms: Partial<RequestTerms>, input = sampleImage(1), value = 10n * ETHER) =>
    revertName(request(CONSUMER).staticCall(arena.versionId, input, await arena.terms(terms), { value }))
  const payout = (who: number) => arena.payout(who)

  it('have terms within the rules', async () => {
    const limit = 1n << 80n
    for (const bad of [
      { deadline: 1 },
      { liveness: 59 },
      { liveness: 31 * 86_400 },
      { bond: TERMS.minBond - 1n },
      { bond: limit },
      { fee: limit },
      { delayPrice: limit },
      { callbackGas: 5_000_001 },
      { redundancy: 0 },
      { redundancy: 9 },
      { optimistic: true, callbackGas: 0 },
    ])
      expect(
        await tryAsk(bad),
        JSON.stringify(bad, (_, value) => String(value)),
      ).to.equal('InferenceOracle_BadTerms')
    expect(await tryAsk({ redundancy: 8, optimistic: true, callbackGas: 5_000_000 })).to.equal('none')
  })

  it('fee overflow: the largest numbers that the types hold are refused, not wrapped', async () => {
    const most = (1n << 96n) - 1n
    expect(await tryAsk({ fee: most })).to.equal('InferenceOracle_BadTerms')
    expect(await tryAsk({ fee: (1n << 80n) - 1n, bond: (1n << 80n) - 1n })).to.equal('InferenceOracle_BadTerms')
    const terms = await arena.terms({ fee: most, callbackGas: 2 ** 32 - 1, optimistic: true })
    expect((await arena.due(terms)) > most, 'an estimate does not wrap either').to.equal(true)
  })

  it('dust: a bond that cannot pay for a challenge is refused, a fee of one wei is not', async () => {
    const least: bigint = await arena.oracle(0).getFunction('minimumBond')(10n * ETHER)
    expect(least >= 100n * ETHER).to.equal(true)
    expect(await tryAsk({ fee: 10n * ETHER, bond: ETHER }, undefined, 20n * ETHER)).to.equal('InferenceOracle_BadTerms')
    expect(await tryAsk({ fee: 1n }, undefined, 1n)).to.equal('none')
    expect(await tryAsk({ fee: 0n }, undefined, 0n)).to.equal('none')
  })

  it('oversized input: not a byte more or less than the program takes', async () => {
    const input = sampleImage(1)
    for (const bytes of [new Uint8Array(), input.slice(1), new Uint8Array([...input, 0]), new Uint8Array(50_000)])
      expect(await tryAsk({}, bytes)).to.equal('InferenceOracle_InputLength')
  })

  it('cost price, fee and prepaid callbacks; less is refused, and what is above is credited back', async () => {
    for (const [callbacks, terms] of [
      [0n, await arena.terms()],
      [1n, await arena.terms({ callbackGas: 100_000 })],
      [3n, await arena.terms({ callbackGas: 100_000, optimistic: true })],
    ] as const) {
      const due: bigint = await arena.oracle(0).getFunction('estimateFee')(priced, terms)
      const perGas = ((GWEI + (1n << 20n) - 1n) >> 20n) << 20n
      expect(due).to.equal(PRICE + terms.fee + callbacks * 100_000n * perGas)
      const ask = (value: bigint) => request(CONSUMER)(priced, sampleImage(2), terms, { value })
      expect(await revertName(ask(due - 1n))).to.equal('InferenceOracle_ValueTooLow')
      const [before, escrow] = [await payout(CONSUMER), await arena.operators(0).getFunction('payoutOf')(arena.deployment.oracle)]
      await arena.send(ask(due + 12_345n))
      expect((await payout(CONSUMER)) - before).to.equal(12_345n)
      expect((await arena.operators(0).getFunction('payoutOf')(arena.deployment.oracle)) - escrow).to.equal(due)
    }
  })

  it('pay the model’s owner and its royalty receiver when they settle', async () => {
    const input = sampleImage(3)
    const terms = await arena.terms({ liveness: 3600 })
    const receipt = await arena.send(request(CONSUMER)(priced, input, terms, { value: PRICE + terms.fee }))
    const { requestId } = arena.events(receipt, arena.oracle(0), 'InferenceRequested')[0]!
    await arena.send(arena.models(STRANGER).getFunction('setPrice')(await modelOf(priced), 9n * PRICE))
    const answer = await arena.assert(OPERATOR, { requestId, input }, arena.truth(input))
    await arena.pass(3601)
    const before = await Promise.all([payout(STRANGER), payout(ROYAL), payout(OPERATOR)])
    await arena.send(arena.oracle(OWNER).getFunction('settle')(requestId, answer.output))
    const after = await Promise.all([payout(STRANGER), payout(ROYAL), payout(OPERATOR)])
    expect(after.map((amount, i) => amount - before[i]!)).to.deep.equal([(PRICE * 3n) / 4n, PRICE / 4n, terms.fee])
  })

  it('several at once are paid for together', async () => {
    const terms = await arena.terms()
    const entries = [5, 6, 7].map((seed) => ({ versionId: arena.versionId, input: sampleImage(seed), terms }))
    const batch = arena.oracle(CONSUMER).getFunction('requestBatch')
    expect(await revertName(batch.staticCall(entries, { value: 3n * terms.fee - 1n }))).to.equal('InferenceOracle_ValueTooLow')
    const before = await payout(CONSUMER)
    const receipt = await arena.send(batch(entries, { value: 3n * terms.fee + 1n }))
    const ids = arena.events(receipt, arena.oracle(0), 'InferenceRequested').map(({ requestId }) => requestId)
    expect(new Set(ids).size).to.equal(3)
    expect((await payout(CONSUMER)) - before).to.equal(1n)
    const { inputRoot, programRoot, consumer } = await arena.oracle(0).getFunction('request')(ids[1])
    expect([programRoot, consumer]).to.deep.equal([await rootOf(arena.versionId), arena.addresses[CONSUMER]])
    expect(BigInt(inputRoot), 'not stored before a dispute').to.equal(0n)
  })

  it('batch with one bad entry: nothing is asked and nothing is taken', async () => {
    const terms = await arena.terms()
    const entry = { versionId: arena.versionId, input: sampleImage(8), terms }
    const batch = arena.oracle(CONSUMER).getFunction('requestBatch')
    for (const [bad, error] of [
      [{ ...entry, input: new Uint8Array(3) }, 'InferenceOracle_InputLength'],
      [{ ...entry, terms: { ...terms, liveness: 1 } }, 'InferenceOracle_BadTerms'],
      [{ ...entry, versionId: `0x${'12'.repeat(32)}` }, 'ModelRegistry_UnknownVersion'],
    ] as const)
      expect(await revertName(batch.staticCall([entry, bad, entry], { value: ETHER }))).to.equal(error)
  })

  it('expire without anybody’s help: no operator came, and the consumer alone gets everything back', async () => {
    const terms = await arena.terms({ deadline: (await arena.now()) + 1000, callbackGas: 100_000, optimistic: true })
    const due: bigint = await arena.oracle(0).getFunction('estimateFee')(priced, terms)
    const receipt = await arena.send(request(CONSUMER)(priced, sampleImage(9), terms, { value: due }))
    const { requestId } = arena.events(receipt, arena.oracle(0), 'InferenceRequested')[0]!
    const expire = arena.oracle(CONSUMER).getFunction('expire')
    expect(await revertName(expire.staticCall(requestId))).to.equal('InferenceOracle_BeforeDeadline')
    await arena.pass(1001)
    const before = await payout(CONSUMER)
    await arena.send(expire(requestId))
    expect((await payout(CONSUMER)) - before).to.equal(due)
    expect((await arena.oracle(0).getFunction('request')(requestId)).status).to.equal(3n)
    expect(await revertName(expire.staticCall(requestId)), 'once').to.equal('InferenceOracle_RequestNotOpen')
  })

  it('go to no retired version, and to an inactive one only where the terms allow it', async () => {
    const models = arena.models(STRANGER)
    await arena.send(models.getFunction('retire')(priced))
    expect(await revertName(request(CONSUMER).staticCall(priced, sampleImage(1), await arena.terms(), { value: ETHER }))).to.equal(
      'InferenceOracle_VersionRetired',
    )
    const strict = await Arena.create(sampleNetwork(), { ...TERMS, attestations: 1 })
    const ask = (allowInactive: boolean) =>
      strict.terms({ allowInactive }).then((terms) => {
        const call = strict.oracle(CONSUMER).getFunction('requestInference')
        return revertName(call.staticCall(strict.versionId, sampleImage(1), terms, { value: ETHER }))
      })
    expect(await ask(false)).to.equal('InferenceOracle_VersionInactive')
    expect(await ask(true)).to.equal('none')
  })

  const rootOf = async (versionId: string): Promise<string> => (await arena.models(0).getFunction('version')(versionId)).programRoot
  const modelOf = async (versionId: string): Promise<bigint> => (await arena.models(0).getFunction('version')(versionId)).modelId
})
