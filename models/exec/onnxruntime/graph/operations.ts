import { type Fact, isBit, isWithin } from './facts.ts'
import { isPowerOfTwo } from './scale.ts'
import { broadcastShapes, type GraphWriter, noForm, type Ref } from './writer.ts'

/** A value of an expression: known, or a tensor of `f32` or `bool`. */
export type Item = number | Ref

export const constant = (writer: GraphWriter, value: number): Ref => {
  // What is not exact as f32 here is an integer of 2^24 or more.
  if (Math.fround(value) !== value) throw noForm(`the constant ${value} is not exact in binary32`)
  return writer.scalar(value)
}
export const number = (writer: GraphWriter, ref: Ref): Ref => (ref.type === 'bool' ? writer.cast(ref, 'f32') : ref)

/** Operands of an operation: as tensors, as they are, and what is known of them. */
export type Operands = {
  readonly writer: GraphWriter
  readonly refs: readonly Ref[]
  readonly args: readonly Item[]
  readonly facts: readonly Fact[]
}
type Operation = (operands: Operands) => Item

const binary =
  (name: string, bool = false): Operation =>
  ({ writer, refs }) => {
    const [a, b] = refs.map((ref) => number(writer, ref)) as [Ref, Ref]
    return writer.node(name, [a, b], broadcastShapes(a.shape, b.shape), {}, bool ? 'bool' : 'f32')
  }
const unary =
  (name: string): Operation =>
  ({ writer, refs: [ref] }) =>
    writer.node(name, [number(writer, ref!)], ref!.shape)
const binaryOf = (name: string, writer: GraphWriter, a: Ref, b: Ref, bool = false): Ref =>
  binary(name, bool)({ writer, refs: [a, b], args: [], facts: [] }) as Ref

/** Towards zero: rounding down, or up below zero. */
function truncate(writer: GraphWriter, ref: Ref): Ref {
  const below = binaryOf('Less', writer, ref, writer.scalar(0), true)
  const parts = [writer.node('Ceil', [ref], ref.shape), writer.node('Floor', [ref], ref.shape)]
  return writer.node('Where', [below, ...parts], ref.shape, {}, 'f32')
}

/** Multiplied by a power of two; exact. */
const scaled = (writer: GraphWriter, ref: Ref, factor: number): Ref => binaryOf('Mul', writer, ref, writer.scalar(factor))

/** What is a number below `limit`, 2 to a whole power. @throws {OpineError} `NO_ONNX_FORM` */
function immediate(item: Item | undefined, what: string, accept: (value: number) => boolean): number {
  if (typeof item === 'number' && accept(item)) return item
  throw noForm(`${what} is not by a constant that has a form`)
}

/** A bound on one side, joined with one on the other; where limits are whole numbers, before rounding, so that a convolution takes them up. */
const limited =
  (side: 'Max' | 'Min'): Operation =>
  (operands) => {
    const { writer, args, refs } = operands
    const [value, limit] = typeof args[1] === 'number' ? [refs[0]!, args[1]] : [refs[1]!, args[0]!]
    if (typeof limit !== 'number' || value.type === 'bool') return binary(side)(operands)
    const before = writer.made(value)
    if (before && (before.op === 'Floor' || before.op === 'Round') && Number.isInteger(limit)) {
      const inner = limited(side)({ ...operands, args: [before.inputs[0]!, limit], refs: [before.inputs[0]!, writer.scalar(limit)] }) as Ref
      return writer.node(before.op, [inner], inner.shape)
    }
    if (before && side === 'Min' && before.op === 'Relu') return clip(writer, before.inputs[0]!, 0, limit)
    if (side === 'Max' && limit === 0) return writer.node('Relu', [value], value.shape)
    return side === 'Max' ? clip(writer, value, limit, null) : clip(writer, value, null, limit)
  }

function clip(writer: GraphWriter, value: Ref, low: number | null, high: number | null): Ref {
  const before = writer.made(value)
  if (before?.op === 'Clip' && low === null && high !== null) {
    const [inner, least, greatest] = before.inputs
    if (greatest && greatest.name !== '') return binaryOf('Min', writer, value, writer.scalar(high))
    return writer.node('Clip', [inner!, least!, writer.scalar(high)], value.shape)
  }
  if (low === null) return binaryOf('Min', writer, value, writer.scalar(high!))
  return writer.node('Clip', [value, writer.scalar(low), ...(high === null ? [] : [writer.scalar(high)])], value.shape)
}

const logical =
  (name: string): Operation =>
  ({ writer, refs, facts }) => {
    if (!facts.every(isBit)) throw noForm('bits of integers have no form')
    const [a, b] = refs.map((ref) => writer.cast(ref, 'bool')) as [Ref, Ref]
    return writer.node(name, [a, b], broadcastShapes(a.shape, b.shape), {}, 'bool')
  }

/** The low bits: what is left of a multiple of a power of two below it. */
export function lowBits(writer: GraphWriter, ref: Ref, modulus: number): Ref {
  const rounded = scaled(writer, ref, 1 / modulus)
  return binaryOf('Sub', writer, ref, scaled(writer, writer.node('Floor', [rounded], ref.shape), modulus))
}

/** The low bits as a number with a sign. */
export function lowBitsSigned(writer: GraphWriter, ref: Ref, fact: Fact, bits: number): Ref {
  if (isWithin(fact, bits)) return ref
  const half = 2 * (1 << (bits - 2))
  return binaryOf('Sub', writer, lowBits(writer, binaryOf('Add', writer, ref, writer.scalar(half)), 2 * half), writer.scalar(half))
}

/** The operations of the IR that have a form. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'f32.add': binary('Add'),
  'f32.sub': binary('Sub'),
  'f32.mul': binary('Mul'),
  'f32.div': ({ writer, refs, args }) => scaled(writer, number(writer, refs[0]!), 1 / immediate(args[1], 'a division', isPowerOfTwo)),
  'f32.neg': unary('Neg'),
  'f32.abs': unary('Abs'),
  'f32.floor': unary('Floor'),
  'f32.ceil': unary('Ceil'),
  'f32.trunc': ({ writer, refs }) => truncate(writer, number(writer, refs[0]!)),
  'f32.nearest': unary('Round'),
  'f32.min': limited('Min'),
  'f32.max': limited('Max'),
  'f32.lt': binary('Less', true),
  'f32.le': binary('LessOrEqual', true),
  'f32.eq': binary('Equal', true),
  'i32.add': binary('Add'),
  'i32.sub': binary('Sub'),
  'i32.mul': binary('Mul'),
  'i32.min': limited('Min'),
  'i32.max': limited('Max'),
  'i32.lt': binary('Less', true),
  'i32.eq': binary('Equal', true),
  'i32.and': (operands) => {
    const { writer, refs, args, facts } = operands
    const mask = args.find((each) => typeof each === 'number' && each > 1 && isPowerOfTwo(each + 1)) as number | undefined
    const other = refs[typeof args[0] === 'number' ? 1 : 0]!
    if (mask === undefined) return logical('And')(operands)
    const { least, greatest } = facts[typeof args[0] === 'number' ? 1 : 0]!
    return least >= 0 && greatest <= mask ? number(writer, other) : lowBits(writer, number(writer, other), mask + 1)
  },
  'i32.or': logical('Or'),
  'i32.xor': logical('Xor'),
  'i32.shl': ({ writer, refs, args }) =>
    scaled(writer, number(writer, refs[0]!), 1 << immediate(args[1], 'a shift', (by) => by >= 0 && by < 24)),
  'i32.shr_s': ({ writer, refs, args }) => {
    const shifted = scaled(writer, number(writer, refs[0]!), 1 / (1 << immediate(args[1], 'a shift', (by) => by >= 0 && by < 31)))
    return writer.node('Floor', [shifted], shifted.shape)
  },
  'i32.div': ({ writer, refs, args }) =>
    truncate(writer, scaled(writer, number(writer, refs[0]!), 1 / immediate(args[1], 'a division', isPowerOfTwo))),
  'i32.from_f32': ({ writer, refs, facts }) => (facts[0]!.integer ? number(writer, refs[0]!) : truncate(writer, number(writer, refs[0]!))),
  'f32.from_i32': ({ writer, refs }) => number(writer, refs[0]!),
  select: ({ writer, refs }) => {
    const [a, b, condition] = [number(writer, refs[0]!), number(writer, refs[1]!), writer.cast(refs[2]!, 'bool')]
    const shape = broadcastShapes(broadcastShapes(a.shape, b.shape), condition.shape)
    return writer.node('Where', [condition, a, b], shape, {}, 'f32')
  },
}
