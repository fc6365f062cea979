import { before, describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { ZeroHash } from 'ethers'
import { Arena, type Asked, ETHER, revertName } from '../support/arena.ts'
import { play } from '../support/player.ts'

const [CONSUMER, LIAR, HONEST, CHALLENGER] = [1, 2, 3, 4] as const
const REQUEST = { OPEN: 1n, SETTLED: 2n } as const
const ASSERTION = { NONE: 0n, STANDING: 1n, RELEASED: 2n } as const

describe('a result that is pulled', () => {
  let arena: Arena
  let asked: Asked
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    for (const who of [LIAR, HONEST]) await arena.stake(who, 100n * ETHER)
    asked = await arena.ask(CONSUMER, sampleImage(1), { liveness: 3600, optimistic: true, callbackGas: 50_000 })
  })

  const result = async () => (await arena.oracle(0).getFunction('resultOf')(asked.requestId)).toArray()
  const deliver = (output: Uint8Array) => revertName(arena.oracle(0).getFunction('deliverAssertion').staticCall(asked.requestId, output))

  it('is nothing before anybody answers', async () => {
    expect(await result()).deep.equal([REQUEST.OPEN, ASSERTION.NONE, false, ZeroHash])
    expect(await deliver(new Uint8Array(4))).equal('InferenceOracle_NothingToDeliver')
  })

  it('is the earliest answer that stands, nothing again when it fell, and what the request settled with', async () => {
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(LIAR, asked, tellLie(truth, parseLie('1:70:downstream:0x800000')).trace)
    expect(await result()).deep.equal([REQUEST.OPEN, ASSERTION.STANDING, false, lying.id])
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    expect(await result()).deep.equal([REQUEST.OPEN, ASSERTION.NONE, false, ZeroHash])
    expect(await deliver(lying.output)).equal('InferenceOracle_NothingToDeliver')

    const honest = await arena.assert(HONEST, asked, truth)
    expect(await result()).deep.equal([REQUEST.OPEN, ASSERTION.STANDING, false, honest.id])
    await arena.pass(3601)
    expect(await result()).deep.equal([REQUEST.OPEN, ASSERTION.STANDING, true, honest.id])
    await arena.send(arena.oracle(0).getFunction('settle')(asked.requestId, honest.output, { gasLimit: 2_000_000 }))
    expect(await result()).deep.equal([REQUEST.SETTLED, ASSERTION.RELEASED, true, honest.id])
  })
})
