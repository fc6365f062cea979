import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { replay } from '@opine/cli/replay.ts'
import { blockCount, type Program, product } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'
import { Arena, ETHER } from '../support/arena.ts'
import { play, STATUS } from '../support/player.ts'

const [CONSUMER, LIAR, CHALLENGER] = [1, 2, 3] as const
const STEPS = 1000
const input = new Uint8Array(toInput(SAMPLES[3]!.pixels).buffer)

describe('the digit model on the real contracts', () => {
  let program: Program
  before(() => {
    program = compile(readFileSync(join(import.meta.dirname, '../../models/zoo/digits/digits.onnx'))).program
  })

  it('has three segments or more, one with two committed buffers and three interiors, and folds of several blocks', () => {
    const segments = Map.groupBy(program.places, ({ first }) => first)
    expect(segments.size).to.be.at.least(3)
    const rich = [...segments.values()].filter(
      (places) => places.filter(({ committed }) => committed).length >= 2 && places.filter(({ committed }) => !committed).length >= 3,
    )
    expect(rich).to.have.length.at.least(1)
    expect(program.kernels.filter((kernel) => blockCount(kernel) > 1)).to.have.length.at.least(1)
    expect(program.claims).to.have.length.at.least(4)
  })

  it(`recomputes ${STEPS} steps of a trace bit for bit, of every kernel`, async (test) => {
    const done = await replay(program, [input], { steps: STEPS, seed: 1, allKernels: true })
    expect(done.mismatches).to.deep.equal([])
    expect(done.steps).to.be.at.least(STEPS)
    expect(done.kernels.map(({ kernel }) => kernel)).to.deep.equal(program.kernels.map((_, kernel) => kernel))
    test.diagnostic(
      `${done.steps} steps, 0 mismatches; final step: median ${done.gas.median} gas, max ${done.gas.max}; witness: median ${done.witnessBytes.median} bytes`,
    )
    for (const { kernel, steps, gasMedian, gasMax } of done.kernels) {
      test.diagnostic(
        `kernel ${kernel} of ${product(program.kernels[kernel]!.shape)} elements: ${steps} steps, median ${gasMedian} gas, max ${gasMax}`,
      )
    }
  })

  it('decides a game about a false total in the longest fold', async (test) => {
    const arena = await Arena.create(program)
    await arena.stake(LIAR, 10n * ETHER)
    const kernel = program.kernels.reduce((best, each, k) => (blockCount(each) > blockCount(program.kernels[best]!) ? k : best), 0)
    for (const lie of [`total:${kernel}:0:1:0x00800000`, 'interior:7', '9:3:alone:0x1']) {
      const asked = await arena.ask(CONSUMER, input)
      const truth = arena.truth(input)
      const assertion = await arena.assert(LIAR, asked, tellLie(truth, parseLie(lie)).trace)
      const gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
      const { moves, status } = await play(arena, gameId, assertion, truth, { asserter: LIAR, challenger: CHALLENGER })
      expect(status).to.equal(STATUS.CHALLENGER_WINS)
      const posted = moves.filter(({ kind }) => kind === 'reveal' || kind.startsWith('swear')).length
      const total = moves.reduce((sum, { gas }) => sum + gas, 0n)
      test.diagnostic(`lie ${lie}: ${posted} rounds, ${total} gas for both sides, of which the final step ${moves.at(-1)!.gas}`)
      test.diagnostic(moves.map(({ kind, gas }) => `${kind} ${gas}`).join(', '))
    }
  })
})
