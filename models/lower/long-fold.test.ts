import { describe, it } from 'node:test'
import { expect } from 'chai'
import { execute } from '../exec/reference/execute.ts'
import { load, op, variable } from '../ir/expression.ts'
import { product, termCount } from '../ir/types.ts'
import { validateProgram } from '../ir/validate.ts'
import { assemble } from './assemble.ts'
import { MAX_TERMS } from './block.ts'
import { Builder } from './builder.ts'
import { placeKernels } from './cuts.ts'
import type { InputBuffer } from './draft.ts'
import { affine, at } from './draft-load.ts'
import { contiguous } from './view.ts'

/** Sums `x[row + r] + (i * width + r)` over all reduce coordinates; the input's rows overlap, so that its index is that of two variables. */
function sums(extents: readonly number[]): {
  readonly kernels: number
  readonly longest: number
  readonly actual: number[]
  readonly expected: number[]
} {
  const rows = 2
  const terms = product(extents)
  const count = rows - 1 + terms
  const input: InputBuffer = { kind: 'input', name: 'x', type: 'i32', count }
  const builder = new Builder()
  const strides = extents.map((_, index) => product(extents.slice(index + 1)))
  const place = strides.map((stride, index) => [index + 1, stride] as const)
  const index = place.flatMap(([read, stride], position) => [
    ...[variable(read), { op: 'i32.const', arg: stride }, op('i32.mul')],
    ...(position > 0 ? [op('i32.add')] : []),
  ])
  const view = builder.emit({
    type: 'i32',
    shape: [rows],
    operands: [
      { view: contiguous(input, [count]), at: [affine(0, [0, 1], ...place)] },
      { view: contiguous(input, [count]), at: [at(0)] },
    ],
    reduce: { op: 'sum', extents, term: [load(0), ...index, op('i32.add')] },
    result: [op('fold'), load(1), op('i32.add')],
  })
  const output = view.buffer.kind === 'kernel' ? view.buffer : builder.output(view)
  const program = placeKernels(assemble({ inputs: [input], kernels: builder.kernels, outputs: [output] }))
  validateProgram(program)
  const x = Int32Array.from({ length: count }, (_, position) => (Math.imul(position, 40503) >>> 3) & 1023)
  const buffers = execute(program, [new Uint8Array(x.buffer)])
  const expected = Array.from({ length: rows }, (_, row) => {
    let sum = x[row]!
    for (let term = 0; term < terms; term += 1) sum = (sum + x[row + term]! + term) | 0
    return sum
  })
  const actual = [...new Int32Array(buffers.at(-1)!.slice().buffer)]
  return { kernels: program.kernels.length, longest: Math.max(...program.kernels.map(termCount)), actual, expected }
}

describe('folds of more terms than a kernel takes', () => {
  const cases: readonly (readonly [string, readonly number[], number])[] = [
    ['that fit are one kernel', [MAX_TERMS], 1],
    ['of an even number are partial folds and their total', [2, MAX_TERMS], 2],
    ['are cut inside of a coordinate', [3, 5, 6, 7000], 2],
    ['of a prime number are two folds, their combination and the result', [65_537], 4],
    ['with a prime coordinate outside, of which one part is split again', [65_537, 2], 5],
  ]
  for (const [name, extents, kernels] of cases) {
    it(`${name}: ${extents.join(' x ')}`, () => {
      const made = sums(extents)
      expect(made.actual).to.deep.equal(made.expected)
      expect(made.longest).to.be.at.most(MAX_TERMS)
      expect(made.kernels).to.equal(kernels)
    })
  }
})
