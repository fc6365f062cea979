import { describe, it } from 'node:test'
import { expect } from 'chai'
import { evaluateBlock, evaluateElement, evaluateResult } from '../exec/reference/evaluate.ts'
import { execute } from '../exec/reference/execute.ts'
import { axis, code, floats, indexedAxis, kernel, load, program, sampleImage, sampleNetwork, weights } from '../exec/reference/sample.ts'
import { Random } from '../ir/random.ts'
import { randomInputs, randomProgram } from '../ir/random-program.ts'
import { blockCount, type Program, product } from '../ir/types.ts'
import { readsOf, type Transition } from './reads.ts'
import { buildTrace, readTrace, type Trace } from './trace.ts'

const shown = (reads: ReturnType<typeof readsOf>) => reads.map(({ buffer, words }) => [buffer, ...words])
const element = (kernelIndex: number, index: number): Transition => ({
  kernel: kernelIndex,
  element: index,
  evaluation: 'ELEMENT',
  block: 0,
})

describe('the words that a transition reads', () => {
  const net = sampleNetwork()
  const trace = buildTrace(net, [sampleImage(5)], execute)

  it('are those of its block or result alone', () => {
    const of = (transition: Transition) => shown(readsOf(net, transition, readTrace(trace)))
    expect(of(element(0, 33))).to.deep.equal([[0, 1]])
    expect(of({ kernel: 3, element: 6, evaluation: 'BLOCK', block: 2 })).to.deep.equal([
      [3, 52, 53],
      [7, 4, 5],
    ])
    expect(of({ kernel: 3, element: 6, evaluation: 'RESULT', block: 0 })).to.deep.equal([])
    expect(() => of(element(3, 6)))
      .to.throw('no transition ELEMENT')
      .with.property('code', 'TRANSITION')
    expect(() => of(element(0, 64))).to.throw('no element 64')
  })

  /** Rows of 8 by index; a second index counts only where the first is in range; one load is asked for its range and never read. */
  const table = (indices: readonly number[]): Trace => {
    const gather = kernel({
      shape: [4],
      loads: [
        load(0, [axis(4, 1, 0, [0, 1])], 2),
        load(1, [axis(4, 8, 0, [0, 1])]),
        load(2, [indexedAxis(8, 1, 0, 1), axis(3, 0, 0, [0, 1]), indexedAxis(10, 8, 1, 0)]),
        load(3, [indexedAxis(2, 1, 0, 0)]),
      ],
      result: code('load 2 inrange 3 f32.from_i32 f32.add'),
    })
    const lanes = { type: 'u8' as const, count: 32, bytes: Uint8Array.from({ length: 32 }, (_, i) => (i === 16 ? 8 : 5)) }
    const of = program([{ type: 'i32', count: 4 }], [lanes, floats(weights(80, 1)), floats([1, 2])], [gather])
    return buildTrace(of, [new Uint8Array(Int32Array.from(indices).buffer)], execute)
  }

  it('follow the values of indices, which are read themselves, and end with the first out of range', () => {
    const given = table([-1, 8, 3, 0])
    const of = (index: number) => shown(readsOf(given.program, element(0, index), readTrace(given)))
    const indices = [
      [0, 0],
      [1, 0],
    ]
    expect(of(0), 'row 0').to.deep.equal([...indices, [2, 0]])
    expect(of(1), 'row 9').to.deep.equal([...indices, [2, 9]])
    expect(of(2), 'no such lane, so that the row is read by `inrange` alone').to.deep.equal(indices)
    expect(of(3), 'an affine coordinate is out of range').to.deep.equal([[0, 0]])
    const beyond = table([9, 0, 0, 0])
    expect(shown(readsOf(beyond.program, element(0, 0), readTrace(beyond))), 'no row 10').to.deep.equal(indices)
  })

  it('are enough: no other word matters', () => {
    const kinds = new Map<string, number>()
    for (let seed = 0; seed < 150; seed++) {
      const random = new Random(seed)
      const any = randomProgram(random)
      const truth = buildTrace(any, randomInputs(random, any), execute)
      any.kernels.forEach((_, index) => {
        const at = randomTransition(any, index, random)
        const reads = new Map(readsOf(any, at, readTrace(truth)).map(({ buffer, words }) => [buffer, new Set(words)]))
        const scrambled = (buffer: number): Uint8Array =>
          readTrace(truth)(buffer).map((byte, place) => (reads.get(buffer)?.has(Math.floor(place / 32)) ? byte : byte ^ 0x5a))
        const evaluate = (read: (buffer: number) => Uint8Array): number => {
          if (at.evaluation === 'ELEMENT') return evaluateElement(any, read, index, at.element)
          return at.evaluation === 'BLOCK'
            ? evaluateBlock(any, read, index, at.element, at.block, 7)
            : evaluateResult(any, read, index, at.element, 7)
        }
        expect(evaluate(scrambled), `program ${seed}, ${JSON.stringify(at)}`).to.equal(evaluate(readTrace(truth)))
        kinds.set(at.evaluation, (kinds.get(at.evaluation) ?? 0) + 1)
      })
    }
    for (const kind of ['ELEMENT', 'BLOCK', 'RESULT']) expect(kinds.get(kind), kind).to.be.greaterThan(20)
  })
})

function randomTransition({ kernels }: Program, index: number, random: Random): Transition {
  const chosen = kernels[index]!
  const blocks = blockCount(chosen)
  const at = { kernel: index, element: random.below(product(chosen.shape)) }
  if (blocks <= 1) return { ...at, evaluation: 'ELEMENT', block: 0 }
  return random.chance(0.5) ? { ...at, evaluation: 'BLOCK', block: random.below(blocks) } : { ...at, evaluation: 'RESULT', block: 0 }
}
