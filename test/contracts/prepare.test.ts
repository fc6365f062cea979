import { before, describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { Arena, type Asked, type Asserted, ETHER, revertName, TERMS } from '../support/arena.ts'
import { evidenceOf } from '../support/evidence.ts'
import { play } from '../support/player.ts'

const [CONSUMER, LIAR, HONEST, CHALLENGER, STRANGER] = [1, 2, 3, 4, 5] as const
const LIE = parseLie('3:4:downstream:0x800000')

describe('what a dispute needs', () => {
  let arena: Arena
  let asked: Asked
  let lying: Asserted
  let honest: Asserted
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    for (const who of [LIAR, HONEST]) await arena.stake(who, 50n * ETHER)
    asked = await arena.ask(CONSUMER, sampleImage(1), { liveness: 3600 })
    const truth = arena.truth(asked.input)
    lying = await arena.assert(LIAR, asked, tellLie(truth, LIE).trace)
    honest = await arena.assert(HONEST, asked, truth)
  })
  const oracle = (name: string, ...args: readonly unknown[]) => arena.oracle(STRANGER).getFunction(name)(...args)
  const tryPrepare = (id: string, evidence: object) => revertName(arena.oracle(STRANGER).getFunction('prepare').staticCall(id, evidence))

  it('is not stored before, and no game opens without it', async () => {
    expect(BigInt((await oracle('assertion', lying.id)).request)).to.equal(0n)
    expect(BigInt((await oracle('request', asked.requestId)).inputRoot)).to.equal(0n)
    const open = arena.game(CHALLENGER).getFunction('open')
    expect(await revertName(open.staticCall(lying.id, new Uint8Array(32), { value: ETHER }))).to.equal('InferenceOracle_NotPrepared')
    expect(await revertName(oracle('delayPriceOf', lying.id))).to.equal('InferenceOracle_NotPrepared')
  })

  it('is what the ids commit to, and nothing else', async () => {
    const evidence = await evidenceOf(arena.oracle(0), arena.program, lying.id)
    const other = await arena.ask(CONSUMER, sampleImage(2), { liveness: 3600 })
    const zero = `0x${'00'.repeat(32)}`
    for (const wrong of [{ request: other.requestId }, { nonce: evidence.nonce + 1n }, { inputRoot: zero }, { outputHash: zero }])
      expect(await tryPrepare(lying.id, { ...evidence, ...wrong }), Object.keys(wrong)[0]).to.equal('InferenceOracle_WrongEvidence')
    expect(await tryPrepare(honest.id, evidence), 'of another assertion').to.equal('InferenceOracle_WrongEvidence')
    expect(await tryPrepare(zero, evidence)).to.equal('InferenceOracle_NotStanding')
    await arena.send(oracle('prepare', lying.id, evidence))
    const { inputRoot } = await oracle('request', asked.requestId)
    expect([(await oracle('assertion', lying.id)).request, inputRoot]).to.deep.equal([asked.requestId, evidence.inputRoot])
    expect(await tryPrepare(lying.id, evidence), 'again changes nothing').to.equal('none')
  })

  it('is used by the game alone', async () => {
    for (const [name, ...args] of [['gameOpened'], ['gameClosed'], ['defeat', `0x${'11'.repeat(32)}`, 0n]] as const) {
      const call = arena.oracle(STRANGER).getFunction(name)
      expect(await revertName(call.staticCall(lying.id, ...args)), name).to.equal('InferenceOracle_NotGame')
    }
  })

  it('tells outputs apart for who pulls', async () => {
    expect(await oracle('checkOutput', asked.requestId, honest.id, honest.output)).to.equal(true)
    expect(await oracle('checkOutput', asked.requestId, honest.id, lying.output)).to.equal(false)
    expect(await oracle('checkOutput', `0x${'12'.repeat(32)}`, honest.id, honest.output)).to.equal(false)
    expect(await oracle('checkOutput', asked.requestId, `0x${'12'.repeat(32)}`, honest.output)).to.equal(false)
  })

  it('lets the defeated be skipped for good, and only them', async () => {
    await arena.send(oracle('skipDefeated', asked.requestId, 5n))
    const truth = arena.truth(asked.input)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    await arena.send(oracle('skipDefeated', asked.requestId, 0n))
    await arena.send(oracle('skipDefeated', asked.requestId, 5n))
    expect((await oracle('resultOf', asked.requestId)).assertion).to.equal(honest.id)
    await arena.pass(3601)
    await arena.send(oracle('settle', asked.requestId, honest.output))
    expect((await oracle('request', asked.requestId)).settledBy).to.equal(honest.id)
    expect(await revertName(oracle('skipDefeated', asked.requestId, 1n))).to.equal('InferenceOracle_RequestNotOpen')
  })

  it('burns the reward of a defeat where the request ends with a part of the answers', async () => {
    const deadline = (await arena.now()) + 20_000
    const short = await arena.ask(CONSUMER, sampleImage(3), { liveness: 3600, redundancy: 2, deadline })
    const truth = arena.truth(short.input)
    const lie = await arena.assert(LIAR, short, tellLie(truth, LIE).trace)
    await arena.assert(HONEST, short, truth)
    const gameId = await arena.open(CHALLENGER, lie, arena.ownRoot(CHALLENGER, short.requestId, truth))
    await play(arena, gameId, lie, truth, { asserter: LIAR, challenger: CHALLENGER })
    await arena.pass(40_000)
    await arena.send(oracle('expire', short.requestId))
    expect((await oracle('request', short.requestId)).status).to.equal(4n)
    const burned = () => arena.provider.getBalance('0x000000000000000000000000000000000000dEaD')
    const before = await burned()
    expect(await revertName(arena.claims(0).getFunction('payClaim')(lie.id))).to.equal('none')
    expect((await burned()) - before >= TERMS.minBond / 10n).to.equal(true)
  })
})
