import { before, describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { bufferOf, type Program } from '@opine/models/ir/types.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import { expect } from 'chai'
import { Arena, ETHER, revertName, TERMS } from '../support/arena.ts'
import { STATUS, stateOf } from '../support/player.ts'

const [CONSUMER, ASSERTER, CHALLENGER, STRANGER] = [1, 2, 3, 4] as const
const BROKEN = 4

/** A network that runs like any other, but one of whose loads fills with a NaN that is not the one. */
function invalidNetwork(): Program {
  const network = sampleNetwork()
  const kernels = network.kernels.map((kernel, k) => {
    return k === BROKEN ? { ...kernel, loads: kernel.loads.map((load, i) => (i === 1 ? { ...load, fill: 0x7fc00001 } : load)) } : kernel
  })
  return { ...network, kernels }
}

describe('an assertion over a program with an invalid kernel', () => {
  let arena: Arena
  before(async () => {
    expect(() => validateProgram(invalidNetwork())).to.throw('7fc00001')
    arena = await Arena.create(invalidNetwork())
    await arena.stake(ASSERTER, 10n * ETHER)
  })

  /** The proofs that the validator asks for: the kernel's, its operands' and its predecessor's. */
  function evidence(kernel: number) {
    const own = bufferOf(arena.program, kernel)
    const buffers = new Set([...arena.program.kernels[kernel]!.loads.map(({ buffer }) => buffer), own - 1])
    const operands = [...buffers].sort((a, b) => a - b).map((buffer) => ({ buffer, proof: bufferProof(arena.tree, buffer) }))
    return [kernel, bufferProof(arena.tree, own), encodeKernel(arena.program.kernels[kernel]!), operands] as const
  }

  it('falls whatever its trace, to anybody’s proof, and the challenger is given its bond back', async () => {
    const asked = await arena.ask(CONSUMER, sampleImage(1))
    const truth = arena.truth(asked.input)
    const assertion = await arena.assert(ASSERTER, asked, truth)
    const gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    const stepInvalid = arena.game(STRANGER).getFunction('stepInvalid')
    for (let kernel = 0; kernel < arena.program.kernels.length; kernel++) {
      if (kernel === BROKEN) continue
      expect(await revertName(stepInvalid.staticCall(gameId, ...evidence(kernel))), `kernel ${kernel} is valid`).to.equal(
        'DisputeGame_ValidKernel',
      )
    }
    const [kernel, proof, descriptor, operands] = evidence(BROKEN)
    const other = encodeKernel(arena.program.kernels[BROKEN - 1]!)
    expect(await revertName(stepInvalid.staticCall(gameId, kernel, proof, other, operands))).to.not.equal('none')
    await arena.send(stepInvalid(gameId, kernel, proof, descriptor, operands))
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.CHALLENGER_WINS)
    expect(await arena.payout(CHALLENGER)).to.equal(TERMS.gameBond)
    expect((await arena.operators(0).getFunction('stakeOf')(arena.addresses[ASSERTER])).total).to.equal(9n * ETHER)
  })
})
