import { axis, code, indexedAxis, kernel, load } from '@opine/models/exec/reference/sample.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import type { Axis, Constant, Kernel, Load, Place, Program, StoreType } from '@opine/models/ir/types.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const ones = (count: number): number[] => upTo(count).map(() => 1)
/** Its bytes are zeros that nobody writes down. */
const zeros = (type: StoreType, count: number): Constant => ({ type, count, bytes: new Uint8Array(0) })

/** A program of one kernel over constants, the last of `kernels` and of a segment of `length`. */
function around(judged: Kernel, constants: readonly Constant[], kernels = 1, length = 1): Program {
  const filler = kernel({ shape: [1], loads: [], result: code('f32.const 0') })
  const last = kernels - length
  const places = upTo(kernels).map(
    (k): Place => (k < last ? { committed: true, first: k, length: 1 } : { committed: k === kernels - 1, first: last, length }),
  )
  return {
    ...{ inputs: [{ type: 'f32', count: 1 }], constants, kernels: upTo(kernels).map((k) => (k === kernels - 1 ? judged : filler)), places },
    ...{ outputs: [kernels - 1], claims: [] },
  }
}

const sums = (parts: Partial<Kernel> & Pick<Kernel, 'loads' | 'term'>, extents: readonly number[] = [128]): Kernel =>
  kernel({ shape: [1], reduce: { op: 'sum', extents, block: 128 }, result: code('fold'), ...parts })
const summing = (loads: number, tail = ''): ReturnType<typeof code> =>
  code(
    `load 0 ${upTo(loads)
      .slice(1)
      .map((i) => `load ${i} f32.mul `)
      .join('')}${tail}`,
  )
/** Reads `128` words that lie as far apart as they can. */
const scattered = (buffer: number, count: number): Load => load(buffer, [axis(count, 1, 0, [1, Math.floor((count - 1) / 127)])])

/** Eight loads of six axes with as many coefficients as a descriptor has room for, all of which may be left; ranks of eight. */
function largest(): Kernel {
  const variables = upTo(13)
  const fenced: Axis = axis(1, 0, 0, ...variables.map((v) => [v, 1] as const))
  const loads = upTo(8).map(() =>
    load(
      1,
      upTo(6).map(() => fenced),
    ),
  )
  const judged = (tail: string): Kernel =>
    kernel({
      shape: [...ones(7), 2],
      reduce: { op: 'sum', extents: [...ones(7), 3], block: 3 },
      loads,
      term: summing(8),
      result: code(`fold ${tail}`),
    })
  return judged('f32.neg '.repeat(4096 - encodeKernel(judged('')).length))
}

/** Steps at every limit of SPEC section 5, as dear as validity lets them be. */
export const WORST_CASES: Readonly<Record<string, Program>> = {
  'the dearest code': around(sums({ loads: [], term: code(`f32.const 0x40490fdb ${'f32.sqrt '.repeat(52)}f32.const 0 f32.mul`) }), []),
  'the longest code of a result': around(
    kernel({ shape: [1], loads: [], result: code(`f32.const 0x40490fdb ${'f32.sqrt '.repeat(1013)}f32.const 0 f32.mul`) }),
    [],
  ),
  'a stack of 16 and 8 locals': around(
    sums({
      loads: [],
      term: code(
        `${upTo(8)
          .map((i) => `f32.const 0 set ${i} `)
          .join('')}${'f32.const 0 '.repeat(8)}${'get 7 '.repeat(8)}${'f32.add '.repeat(15)}`,
      ),
      reduce: { op: 'sum', extents: [64], block: 64 },
    }),
    [],
  ),
  'the largest descriptor, eight loads of six axes, ranks of eight': around(largest(), [zeros('f32', 1)]),
  'two loads of 128 words in trees of depth 28': around(
    sums({ loads: [scattered(1, 0x7fffffff), scattered(2, 0x7fffffff)], term: summing(2) }),
    [zeros('f32', 0x7fffffff), zeros('f32', 0x7fffffff)],
  ),
  'two loads of 128 words of halves, and code': around(
    sums({
      loads: [scattered(1, 0x7fffffff), scattered(2, 0x7fffffff)],
      term: summing(2, `f32.const 0x40490fdb ${'f32.sqrt '.repeat(14)}f32.mul`),
    }),
    [zeros('f16', 0x7fffffff), zeros('f16', 0x7fffffff)],
  ),
  'eight loads of 128 words each': around(
    sums({ loads: upTo(8).map((i) => scattered(1 + i, 1024)), term: summing(8), reduce: { op: 'sum', extents: [80], block: 80 } }),
    upTo(8).map(() => zeros('f32', 1024)),
  ),
  'eight loads of 39 words in trees of depth 28': around(
    sums({ loads: upTo(8).map((i) => scattered(1 + i, 0x7fffffff)), term: summing(8), reduce: { op: 'sum', extents: [39], block: 39 } }),
    upTo(8).map(() => zeros('f32', 0x7fffffff)),
  ),
  'one buffer read by eight loads out of order': around(
    sums({
      loads: upTo(8).map((i) => load(1, [axis(100_000, 1, 90_000 + i * 8, [1, -512])])),
      term: summing(8),
      reduce: { op: 'sum', extents: [58], block: 58 },
    }),
    [zeros('f32', 100_000)],
  ),
  'six indices, four times a term': around(
    sums({
      loads: [
        load(1, [axis(128, 1, 0, [1, 1])]),
        load(
          2,
          upTo(6).map(() => indexedAxis(1, 0, 0, 0)),
        ),
      ],
      term: code(`${'load 1 set 0 '.repeat(3)}load 1`),
    }),
    [zeros('i32', 128), zeros('f32', 1 << 14)],
  ),
  'an interior of a segment of 64 kernels, of 65,536': around(
    sums({ loads: [load(1 + 65_536 - 2, []), load(1 + 65_536 - 70, [])], term: summing(2) }),
    [],
    65_536,
    64,
  ),
}
