import { canonicalBits } from '../numerics/bits.ts'
import type { Random } from './random.ts'
import { randomExpression } from './random-expression.ts'
import {
  type Axis,
  type Coordinate,
  indicesOf,
  type Kernel,
  type Load,
  product,
  type Reduce,
  type ScalarType,
  type StoreType,
  scalarOf,
} from './types.ts'

/** A buffer that a random kernel may load from. */
export type RandomOperand = { readonly buffer: number; readonly type: StoreType; readonly count: number }

/**
 * A valid kernel over these operands: up to four loads with up to four axes each, most of them affine, some indexed by an earlier load, most
 * in range and some not; a fold of any kind in every second one, and well-typed code. At most 64 elements and 144 terms.
 */
export function randomKernel(random: Random, operands: readonly RandomOperand[]): Kernel {
  const shape = randomExtents(random, random.chance(0.05) ? 8 : random.between(1, 3), 64)
  const foldType: ScalarType = random.pick(['f32', 'i32'])
  const resultType: ScalarType = random.pick(['f32', 'i32'])
  const reduce = random.chance(0.5) ? randomReduce(random) : null
  const space = [...shape, ...(reduce?.extents ?? [])]
  const chosen = Array.from({ length: operands.length > 0 ? random.below(5) : 0 }, () => random.pick(operands))
  const loads: Load[] = []
  const indices: number[] = []
  for (const operand of chosen) {
    const load = randomLoad(random, operand, space, indices)
    if (scalarOf(operand.type) === 'i32' && indicesOf(load).length === 0) indices.push(loads.length)
    loads.push(load)
  }
  const typed = chosen.map(({ type }, index) => ({ index, type: scalarOf(type) }))
  const steady = typed.filter(({ index }) => !followsReduce(loads, index, shape.length))
  return {
    foldType: reduce ? foldType : 'f32',
    resultType,
    storeType: resultType === 'f32' ? 'f32' : random.pick(['i32', 'i8', 'u8'] as const),
    shape,
    reduce,
    loads,
    term: reduce ? randomExpression(random, foldType, { loads: typed, variables: space.length, fold: null }) : [],
    result: randomExpression(random, resultType, { loads: steady, variables: shape.length, fold: reduce ? foldType : null }),
  }
}

const followsReduce = (loads: readonly Load[], load: number, outputRank: number): boolean =>
  loads[load]?.axes.some(({ coordinate }) =>
    coordinate.kind === 'affine'
      ? coordinate.terms.some(({ variable }) => variable >= outputRank)
      : followsReduce(loads, coordinate.load, outputRank),
  ) ?? false

function randomExtents(random: Random, rank: number, limit: number): number[] {
  const extents: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const room = Math.floor(limit / product(extents))
    extents.push(random.between(1, Math.min(room, random.chance(0.1) ? limit : 5)))
  }
  return extents
}

function randomReduce(random: Random): Reduce {
  const extents = randomExtents(random, random.between(1, 3), 144)
  const block = random.chance(0.7) ? random.between(1, 8) : random.between(1, 128)
  return { op: random.pick(['sum', 'prod', 'max', 'min'] as const), extents, block }
}

/** @param indices  numbers of the loads that may index this one */
function randomLoad(random: Random, { buffer, type, count }: RandomOperand, space: readonly number[], indices: readonly number[]): Load {
  const axes: Axis[] = []
  let room = count - 1
  let least = 0
  for (let axes_ = random.below(5); axes_ > 0; axes_--) {
    const indexed = indices.length > 0 && random.chance(0.5)
    const coordinate = indexed ? randomLookup(random, indices) : randomCoordinate(random, space)
    // An indexed axis takes what room there is, so that indices often find something.
    const whole = indexed && room > 2 && random.chance(0.8)
    const extent = whole ? room + 1 : random.between(1, indexed ? 40 : 6)
    const stride = whole ? random.pick([-1, 1]) : randomStride(random, extent, room)
    axes.push({ extent, stride: stride === 0 ? 0 : stride, coordinate })
    const distance = stride * (extent - 1)
    room -= Math.abs(distance)
    least += Math.min(0, distance)
  }
  const fill = scalarOf(type) === 'f32' ? canonicalBits(random.bits()) : random.chance(0.5) ? random.below(8) : random.bits()
  return { buffer, lag: 0, base: random.between(0, room) - least, fill, axes }
}

/** Any where there is but one place; else one that the axis has room for. */
const randomStride = (random: Random, extent: number, room: number): number =>
  extent > 1 ? random.between(-1, 1) * random.below(1 + Math.floor(room / (extent - 1))) : random.between(-3, 3)

function randomLookup(random: Random, indices: readonly number[]): Coordinate {
  return { kind: 'indexed', load: random.pick(indices), offset: random.chance(0.1) ? random.word() | 0 : random.between(-2, 4) }
}

function randomCoordinate(random: Random, space: readonly number[]): Coordinate {
  const plain = random.chance(0.6)
  const share = plain ? 1 / space.length : 0.4
  const terms = space.flatMap((_, variable) =>
    random.chance(share) ? [{ variable, coefficient: plain ? 1 : random.pick([-3, -2, -1, 1, 2, 3]) }] : [],
  )
  return { kind: 'affine', offset: plain && random.chance(0.8) ? 0 : random.between(-4, 6), terms }
}
