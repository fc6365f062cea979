import { encodeKernel } from '@opine/models/ir/encode.ts'
import { f32, i32, op } from '@opine/models/ir/expression.ts'
import { OPCODES } from '@opine/models/ir/opcodes.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { MAX_CODE_BYTES, MAX_WORK } from '@opine/models/ir/rules.ts'
import type { Axis, Coordinate, Expression, Kernel, Load, Reduce, ScalarType } from '@opine/models/ir/types.ts'

/** A change to a kernel that still has bytes; what comes out may be valid or not. */
export type KernelMutation = (kernel: Kernel, random: Random, ownBuffer: number) => Kernel

const EXTENTS = [0, 1, 2, 127, 0x7fff, 0x10000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0xffffffff]
const SIGNED = [-0x80000000, -0x7fffffff, -0x10000, -1, 0, 1, 2, 0x7fff, 0x40000000, 0x7ffffffe, 0x7fffffff]
const FILLS = [0, 0x7f800000, 0xff800000, 0x7f800001, 0x7fc00000, 0x7fc00001, 0xffc00000, 0xffffffff]

const replaced = <T>(items: readonly T[], index: number, item: T): T[] => items.map((old, at) => (at === index ? item : old))
const changeOne = <T>(items: readonly T[], random: Random, change: (item: T) => T): T[] => {
  const index = random.below(items.length)
  const item = items[index]
  return item === undefined ? [...items] : replaced(items, index, change(item))
}

const onLoad =
  (change: (load: Load, random: Random, ownBuffer: number) => Load): KernelMutation =>
  (kernel, random, ownBuffer) => ({ ...kernel, loads: changeOne(kernel.loads, random, (load) => change(load, random, ownBuffer)) })
const onAxis = (change: (axis: Axis, random: Random) => Axis): KernelMutation =>
  onLoad((load, random) => ({ ...load, axes: changeOne(load.axes, random, (axis) => change(axis, random)) }))
const onCoordinate = (change: (coordinate: Coordinate & { kind: 'affine' }, random: Random) => Coordinate): KernelMutation =>
  onAxis((axis, random) => ({ ...axis, coordinate: axis.coordinate.kind === 'affine' ? change(axis.coordinate, random) : axis.coordinate }))
const onCode =
  (change: (code: Expression, random: Random) => Expression): KernelMutation =>
  (kernel, random) =>
    random.chance(0.5) ? { ...kernel, term: change(kernel.term, random) } : { ...kernel, result: change(kernel.result, random) }

function randomInstruction(random: Random) {
  const name = random.pick(Object.keys(OPCODES))
  const immediate = OPCODES[name]?.immediate
  if (!immediate) return { op: name }
  return { op: name, arg: immediate === 'bits' ? random.bits() : random.chance(0.9) ? random.below(10) : random.below(256) }
}

/** Each aims at one rule or two; the names are for messages. */
export const KERNEL_MUTATIONS: Readonly<Record<string, KernelMutation>> = {
  none: (kernel) => kernel,
  types: (kernel, random) => ({
    ...kernel,
    foldType: random.pick(['f32', 'i32', kernel.foldType]),
    resultType: random.pick(['f32', 'i32', kernel.resultType]),
    storeType: random.pick(['f32', 'i32', 'i8', 'u8', 'f16', kernel.storeType]),
  }),
  extent: (kernel, random) => ({ ...kernel, shape: changeOne(kernel.shape, random, () => random.pick(EXTENTS)) }),
  rank: (kernel, random) => ({ ...kernel, shape: Array.from({ length: random.pick([0, 1, 7, 8, 9, 255]) }, () => 1) }),
  reduceExtent: ({ reduce, ...kernel }, random) => ({
    ...kernel,
    reduce: reduce && { ...reduce, extents: changeOne(reduce.extents, random, () => random.pick(EXTENTS)) },
  }),
  reduceRank: ({ reduce, ...kernel }, random) => ({
    ...kernel,
    reduce: { op: 'sum', block: 1, ...reduce, extents: Array.from({ length: random.pick([0, 1, 8, 9]) }, () => 1) },
  }),
  block: ({ reduce, ...kernel }, random) => ({
    ...kernel,
    reduce: reduce && { ...reduce, block: random.pick([0, 1, 2, 127, 128, 129, 2 ** 31]) },
  }),
  blocks: ({ reduce, ...kernel }, random) => ({
    ...kernel,
    reduce: { op: 'max', ...reduce, extents: [random.pick([511, 512, 513, 1024])], block: random.pick([1, 2]) },
  }),
  fold: ({ reduce, ...kernel }, random) => ({
    ...kernel,
    reduce: reduce || random.chance(0.3) ? null : { op: 'min', extents: [2], block: 2 },
  }),
  moreLoads: (kernel, random) => {
    const [first] = kernel.loads
    return { ...kernel, loads: [...kernel.loads, ...Array.from({ length: first ? random.pick([1, 4, 8]) : 0 }, () => first as Load)] }
  },
  fewerLoads: (kernel) => ({ ...kernel, loads: kernel.loads.slice(1) }),
  buffer: onLoad((load, random, own) => ({ ...load, buffer: random.pick([own - 1, own, own + 1, random.below(own), 0xffffffff]) })),
  lag: onLoad((load, random) => ({ ...load, lag: random.pick([1, 0x80000000]) })),
  base: onLoad((load, random) => ({
    ...load,
    base: random.chance(0.5) ? random.pick(SIGNED) : Math.max(-0x80000000, load.base - random.between(-9, 9)),
  })),
  fill: onLoad((load, random) => ({ ...load, fill: random.pick(FILLS) })),
  axes: onLoad((load, random) => ({ ...load, axes: Array.from({ length: random.between(5, 8) }, () => plainAxis) })),
  axisExtent: onAxis((axis, random) => ({ ...axis, extent: random.pick([...EXTENTS, axis.extent + 1]) })),
  stride: onAxis((axis, random) => ({ ...axis, stride: random.chance(0.5) ? random.pick(SIGNED) : Math.min(0x7fffffff, axis.stride + 1) })),
  kind: onAxis((axis, random) => ({ ...axis, coordinate: { kind: 'indexed', load: random.below(9), offset: random.between(-1, 1) } })),
  lookup: (kernel, random) => {
    // One load more, indexed by any of those that there are.
    const coordinate = { kind: 'indexed', load: random.below(kernel.loads.length + 2), offset: random.pick(SIGNED) } as const
    const lookup = { buffer: 0, lag: 0, base: 0, fill: 0, axes: [{ extent: random.between(1, 2), stride: 0, coordinate }] }
    return { ...kernel, loads: [...kernel.loads, lookup] }
  },
  lookupInResult: (kernel, random, ownBuffer) => {
    const variable = random.below(kernel.shape.length + (kernel.reduce?.extents.length ?? 0))
    const index = { kind: 'affine', offset: 0, terms: [{ variable, coefficient: 1 }] } as const
    const lookup = { kind: 'indexed', load: kernel.loads.length, offset: 0 } as const
    const loadBy = (coordinate: Coordinate): Load => {
      return { buffer: random.below(ownBuffer), lag: 0, base: 0, fill: 0, axes: [{ extent: 1, stride: 0, coordinate }] }
    }
    const asked = { op: 'inrange', arg: kernel.loads.length + 1 }
    return {
      ...kernel,
      loads: [...kernel.loads, loadBy(index), loadBy(lookup)],
      result: kernel.resultType === 'f32' ? [asked, op('f32.from_i32')] : [asked],
    }
  },
  offset: onCoordinate((coordinate, random) => ({ ...coordinate, offset: random.pick(SIGNED) })),
  coefficient: onCoordinate((coordinate, random) => ({
    ...coordinate,
    terms: changeOne(coordinate.terms, random, (term) => ({ ...term, coefficient: random.pick(SIGNED) })),
  })),
  variable: onCoordinate((coordinate, random) => ({
    ...coordinate,
    terms: changeOne(coordinate.terms, random, (term) => ({
      ...term,
      variable: random.pick([0, term.variable + 1, random.below(18), 255]),
    })),
  })),
  instruction: onCode((code, random) => changeOne(code, random, () => randomInstruction(random))),
  insertion: onCode((code, random) => code.toSpliced(random.below(code.length + 1), 0, randomInstruction(random))),
  deletion: onCode((code, random) => code.toSpliced(random.below(code.length), 1)),
  swappedCodes: ({ term, result, ...kernel }) => ({ ...kernel, term: result, result: term }),
  deepStack: (kernel, random) => ({ ...kernel, result: stackOf(kernel, random.pick([15, 16, 17, 18])) }),
  retypedLocal: (kernel, random) => {
    const [one, other] = random.chance(0.5) ? [f32(1), i32(1)] : [i32(1), f32(1)]
    const set = { op: 'set', arg: 3 }
    return { ...kernel, result: [one, set, other, set, { op: 'get', arg: 3 }] }
  },
  variableInCode: (kernel, random) => {
    const rank = kernel.shape.length
    const variable = random.pick([rank - 1, rank, rank + (kernel.reduce?.extents.length ?? 0) - random.below(2)])
    const code = (type: ScalarType): Expression => [{ op: 'var', arg: variable }, ...(type === 'f32' ? [op('f32.from_i32')] : [])]
    const term = kernel.reduce && random.chance(0.5)
    return { ...kernel, term: term ? code(kernel.foldType) : kernel.term, result: term ? kernel.result : code(kernel.resultType) }
  },
  locals: (kernel, random) => {
    const local = random.pick([0, 7, 8, 9])
    return {
      ...kernel,
      result: [i32(1), { op: 'set', arg: local }, { op: 'get', arg: local }, { op: 'set', arg: 0 }, ...codeOf(kernel.resultType, 5)],
    }
  },
  longCode: (kernel, random) => ({ ...kernel, result: codeOf(kernel.resultType, MAX_CODE_BYTES + random.pick([-1, 0, 1, 2])) }),
  work: (kernel, random) => {
    const block = random.pick([8, 13, 50, 128])
    const perTerm = Math.floor((MAX_WORK - 8) / block)
    const rest = MAX_WORK - perTerm * block + random.pick([-1, 0, 1, 2])
    const reduce: Reduce = { op: 'sum', extents: [block * random.pick([1, 1, 3])], block }
    return { ...kernel, reduce, loads: [], term: codeOf(kernel.foldType, perTerm), result: codeOf(kernel.resultType, rest) }
  },
  step: (kernel, random) => {
    // Eight words a term of any depth, and code that adds up to the bound of both, or not quite.
    const axis: Axis = {
      extent: 1,
      stride: 0,
      coordinate: { kind: 'affine', offset: 0, terms: [{ variable: kernel.shape.length, coefficient: 1 }] },
    }
    const loads = Array.from({ length: 8 }, (): Load => ({ buffer: 0, lag: 0, base: 0, fill: 0, axes: [axis] }))
    const reduce: Reduce = { op: 'max', extents: [128], block: 128 }
    const term = codeOf(kernel.foldType, random.pick([10, 20, 24, 30, 31, 32, 33, 40]))
    return { ...kernel, reduce, loads, term, result: codeOf(kernel.resultType, random.between(5, 200)) }
  },
  longest: (kernel, random) => kernelOf(kernel, random.pick([4095, 4096, 4097, 4098])),
}

const plainAxis: Axis = { extent: 1, stride: 1, coordinate: { kind: 'affine', offset: 0, terms: [] } }
/** Code that is well-typed at any depth: `depth` constants, added together. */
function stackOf(kernel: Kernel, depth: number): Expression {
  const [one, add] = kernel.resultType === 'f32' ? [f32(1), op('f32.add')] : [i32(1), op('i32.add')]
  return [...Array.from({ length: depth }, () => one), ...Array.from({ length: depth - 1 }, () => add)]
}

/** Well-typed code of exactly `bytes` bytes. */
function codeOf(type: ScalarType, bytes: number): Expression {
  const [start, end] = [[{ op: 'var', arg: 0 }, op('f32.from_i32')], type === 'f32' ? [] : [op('i32.from_f32')]]
  return [...start, ...Array.from({ length: bytes - 3 - end.length }, () => op('f32.neg')), ...end]
}

/** A kernel with a descriptor of exactly `bytes` bytes, 4100 or so, that is valid but for this. */
export function kernelOf(kernel: Kernel, bytes: number): Kernel {
  const ones = Array.from({ length: 8 }, () => 1)
  const terms = Array.from({ length: 13 }, (_, variable) => ({ variable, coefficient: 1 }))
  const axes = Array.from({ length: 6 }, (): Axis => ({ extent: 1, stride: 0, coordinate: { kind: 'affine', offset: 0, terms } }))
  const long: Kernel = {
    ...kernel,
    foldType: 'f32',
    shape: ones,
    reduce: { op: 'sum', extents: ones, block: 1 },
    loads: ones.map(() => ({ buffer: 0, lag: 0, base: 0, fill: 0, axes })),
    term: [f32(1)],
    result: [],
  }
  return { ...long, result: codeOf(kernel.resultType, bytes - encodeKernel(long).length) }
}
