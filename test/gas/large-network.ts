import { axis, code, floats, kernel, load, weights } from '@opine/models/exec/reference/sample.ts'
import { type Kernel, type Program, product } from '@opine/models/ir/types.ts'
import { placeKernels } from '@opine/models/lower/cuts.ts'

/** Features of an activation; all weights are 256 x 256. */
const WIDTH = 256
/** Rows and kernels of each stage: as in an image network, a stage halves the rows and doubles the kernels. */
const STAGES = [
  { rows: 3136, kernels: 3 },
  { rows: 1568, kernels: 5 },
  { rows: 784, kernels: 10 },
  { rows: 392, kernels: 20 },
  { rows: 196, kernels: 40 },
] as const
/** Above this, a product would take too long in the defining executor. */
const MOST_PRODUCT_ROWS = 784

const [INPUT, SCALE, WEIGHTS, HEAD, FIRST_KERNEL] = [0, 1, 2, 3, 4] as const

const rowsOf = (rows: number, reads: number, ...row: readonly (readonly [number, number])[]) => [
  axis(rows, WIDTH, 0, ...row),
  axis(WIDTH, 1, 0, [reads, 1]),
]

/** Each feature by its scale, plus a constant, rectified and bounded. */
const elementwise = (rows: number, buffer: number): Kernel =>
  kernel({
    shape: [rows, WIDTH],
    loads: [load(buffer, rowsOf(rows, 1, [0, 1])), load(SCALE, [axis(WIDTH, 1, 0, [1, 1])])],
    result: code('load 0 load 1 f32.mul f32.const 0x3e800000 f32.add f32.const 0 f32.max f32.const 0x41000000 f32.min'),
  })

/** The matrix of weights times each row, and a sixteenth of that: 256 terms in two blocks. */
const multiply = (rows: number, buffer: number): Kernel =>
  kernel({
    shape: [rows, WIDTH],
    reduce: { op: 'sum', extents: [WIDTH], block: 128 },
    loads: [load(buffer, rowsOf(rows, 2, [0, 1])), load(WEIGHTS, [axis(WIDTH, WIDTH, 0, [1, 1]), axis(WIDTH, 1, 0, [2, 1])])],
    term: code('load 0 load 1 f32.mul'),
    result: code('fold f32.const 0x3d800000 f32.mul'),
  })

/** The greater of each two rows. */
const pool = (rows: number, buffer: number): Kernel =>
  kernel({
    shape: [rows, WIDTH],
    reduce: { op: 'max', extents: [2], block: 2 },
    loads: [load(buffer, rowsOf(2 * rows, 1, [0, 2], [2, 1]))],
    term: code('load 0'),
    result: code('fold'),
  })

/** Spreads the 256 inputs over the rows of the first stage, each row by another factor. */
const spread = (rows: number): Kernel =>
  kernel({
    shape: [rows, WIDTH],
    loads: [load(INPUT, [axis(WIDTH, 1, 0, [1, 1])])],
    result: code('load 0 var 0 f32.from_i32 f32.const 0x39800000 f32.mul f32.const 0x3f000000 f32.add f32.mul'),
  })

/**
 * A network of the shape and the size of those that classify pictures: more than ten million activations in 80 kernels, cut into segments as
 * the compiler cuts. Ten scores.
 */
export function largeNetwork(): Program {
  const kernels: Kernel[] = []
  const last = (): number => FIRST_KERNEL + kernels.length - 1
  for (const [stage, { rows, kernels: count }] of STAGES.entries()) {
    kernels.push(stage === 0 ? spread(rows) : pool(rows, last()))
    for (let index = 1; index < count; index++) {
      kernels.push(index % 4 === 2 && rows <= MOST_PRODUCT_ROWS ? multiply(rows, last()) : elementwise(rows, last()))
    }
  }
  const { rows } = STAGES.at(-1)!
  kernels.push(
    kernel({
      shape: [WIDTH],
      reduce: { op: 'sum', extents: [rows], block: 128 },
      loads: [load(last(), [axis(rows, WIDTH, 0, [1, 1]), axis(WIDTH, 1, 0, [0, 1])])],
      term: code('load 0'),
      result: code('fold'),
    }),
  )
  kernels.push(
    kernel({
      shape: [10],
      reduce: { op: 'sum', extents: [WIDTH], block: 128 },
      loads: [load(last(), [axis(WIDTH, 1, 0, [1, 1])]), load(HEAD, [axis(10, WIDTH, 0, [0, 1]), axis(WIDTH, 1, 0, [1, 1])])],
      term: code('load 0 load 1 f32.mul'),
      result: code('fold'),
    }),
  )
  const constants = [floats(weights(WIDTH, 11)), floats(weights(WIDTH * WIDTH, 12)), floats(weights(10 * WIDTH, 13))]
  return placeKernels({ inputs: [{ type: 'f32', count: WIDTH }], constants, kernels, outputs: [kernels.length - 1] })
}

/** An input of `largeNetwork`. */
export const largeInput = (seed: number): Uint8Array => new Uint8Array(Float32Array.from(weights(WIDTH, seed)).buffer)

/** Elements of all buffers that are calculated. */
export const activations = (program: Program): number => program.kernels.reduce((sum, { shape }) => sum + product(shape), 0)
