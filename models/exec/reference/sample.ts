/** Small programs written by hand, for tests and vectors. */
import type { Axis, Constant, Expression, InputSpec, Kernel, Load, Place, Program } from '../../ir/types.ts'

/** Coordinate `offset + sum coefficient * variable` on an axis of `extent` elements that lie `stride` apart. */
export const axis = (extent: number, stride: number, offset: number, ...terms: readonly (readonly [number, number])[]): Axis => ({
  extent,
  stride,
  coordinate: { kind: 'affine', offset, terms: terms.map(([variable, coefficient]) => ({ variable, coefficient })) },
})

/** Coordinate `offset +` the value of another load. */
export const indexedAxis = (extent: number, stride: number, offset: number, load: number): Axis => ({
  extent,
  stride,
  coordinate: { kind: 'indexed', load, offset },
})

export const load = (buffer: number, axes: readonly Axis[], fill = 0, base = 0): Load => ({ buffer, lag: 0, base, fill, axes })

/** Postfix code from text, `load 0 load 1 f32.mul`; numbers are immediates. */
export function code(text: string): Expression {
  const instructions: { op: string; arg?: number }[] = []
  for (const token of text.split(' ').filter((part) => part !== '')) {
    const last = instructions.at(-1)
    if (/^-?(0x[0-9a-f]+|[0-9]+)$/.test(token) && last) last.arg = Number(token) >>> 0
    else instructions.push({ op: token })
  }
  return instructions
}

/** A kernel of `f32` unless said otherwise, without a fold. */
export const kernel = (parts: Partial<Kernel> & Pick<Kernel, 'shape' | 'loads' | 'result'>): Kernel => ({
  foldType: 'f32',
  resultType: 'f32',
  storeType: 'f32',
  reduce: null,
  term: [],
  ...parts,
})

/** A program whose kernels are cut into segments of these lengths, each committing its last kernel and what `alsoCommitted` names. */
export function program(
  inputs: readonly InputSpec[],
  constants: readonly Constant[],
  kernels: readonly Kernel[],
  segments: readonly number[] = kernels.map(() => 1),
  outputs: readonly number[] = [kernels.length - 1],
  alsoCommitted: readonly number[] = [],
): Program {
  const places: Place[] = []
  for (const length of segments) {
    const first = places.length
    for (let i = 0; i < length; i++) places.push({ committed: i === length - 1 || alsoCommitted.includes(first + i), first, length })
  }
  const buffers = inputs.length + constants.length
  const fromOutput = kernels.map(() => false)
  kernels.forEach(({ loads }, k) => {
    fromOutput[k] = loads.some(({ buffer }) => outputs.includes(buffer - buffers) || fromOutput[buffer - buffers] === true)
  })
  const claims = places.flatMap(({ committed }, k) => (committed && !outputs.includes(k) && !fromOutput[k] ? [k] : []))
  return { inputs, constants, kernels, places, outputs, claims }
}

/** A constant of `f32` values. */
export const floats = (values: readonly number[]): Constant => ({
  type: 'f32',
  count: values.length,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
})

/** Values that look like weights, the same on every machine: multiples of 1/64 in -1 .. 1, with a multiplicative generator. */
export function weights(count: number, seed: number): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return ((state >>> 16) % 129) / 64 - 1
  })
}

/**
 * A network for an image of 8 x 8 bytes: normalise, convolve 3x3 to 4 channels with bias and rectifier, pool 2x2 by maximum, multiply by a
 * 10 x 64 matrix in 4 blocks of 16, scale, and count the scores below the last one as a byte. Six kernels in three segments with two interiors.
 */
export function sampleNetwork(): Program {
  const at = (extent: number, stride: number, variable: number): Axis => axis(extent, stride, 0, [variable, 1])
  const kernels = [
    kernel({
      shape: [64],
      loads: [load(0, [at(64, 1, 0)])],
      result: code('load 0 f32.from_i32 f32.const 0x3f800000 f32.const 0x437f0000 f32.div f32.mul'),
    }),
    kernel({
      shape: [8, 8, 4],
      reduce: { op: 'sum', extents: [3, 3], block: 9 },
      loads: [
        load(5, [axis(8, 8, -1, [0, 1], [3, 1]), axis(8, 1, -1, [1, 1], [4, 1])]),
        load(1, [at(4, 9, 2), at(3, 3, 3), at(3, 1, 4)]),
        load(2, [at(4, 1, 2)]),
      ],
      term: code('load 0 load 1 f32.mul'),
      result: code('fold load 2 f32.add f32.const 0 f32.max'),
    }),
    kernel({
      shape: [4, 4, 4],
      reduce: { op: 'max', extents: [2, 2], block: 4 },
      loads: [load(6, [axis(8, 32, 0, [0, 2], [3, 1]), axis(8, 4, 0, [1, 2], [4, 1]), at(4, 1, 2)], 0xff800000)],
      term: code('load 0'),
      result: code('fold'),
    }),
    kernel({
      shape: [10],
      reduce: { op: 'sum', extents: [64], block: 16 },
      loads: [load(7, [at(64, 1, 1)]), load(3, [at(10, 64, 0), at(64, 1, 1)])],
      term: code('load 0 load 1 f32.mul'),
      result: code('fold'),
    }),
    kernel({ shape: [10], loads: [load(8, [at(10, 1, 0)]), load(4, [])], result: code('load 0 load 1 f32.mul') }),
    kernel({
      shape: [1],
      foldType: 'i32',
      resultType: 'i32',
      storeType: 'u8',
      reduce: { op: 'sum', extents: [10], block: 10 },
      loads: [load(9, [at(10, 1, 1)]), load(9, [axis(10, 1, 9)])],
      term: code('load 0 load 1 f32.lt'),
      result: code('fold'),
    }),
  ]
  const constants = [floats(weights(36, 1)), floats(weights(4, 2)), floats(weights(640, 3)), floats([0.125])]
  return program([{ type: 'u8', count: 64 }], constants, kernels, [2, 1, 3], [4, 5], [4])
}

/** An input for `sampleNetwork`: 64 bytes. */
export const sampleImage = (seed: number): Uint8Array => Uint8Array.from(weights(64, seed), (value) => (value + 1) * 127)
