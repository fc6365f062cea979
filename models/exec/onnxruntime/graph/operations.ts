import { isBit } from './facts.ts'
import { limited } from './limits.ts'
import { lowBits, truncate } from './low-bits.ts'
import { binary, type Item, number, type Operation, scaled, unary } from './operand.ts'
import { isPowerOfTwo } from './scale.ts'
import { broadcastShapes } from './shape.ts'
import { noForm, type Ref } from './writer.ts'

/** What is a number below `limit`, 2 to a whole power. @throws {OpineError} `NO_ONNX_FORM` */
function immediate(item: Item | undefined, what: string, accept: (value: number) => boolean): number {
  if (typeof item === 'number' && accept(item)) return item
  throw noForm(`${what} is not by a constant that has a form`)
}

const logical =
  (name: string): Operation =>
  ({ writer, refs, facts }) => {
    if (!facts.every(isBit)) throw noForm('bits of integers have no form')
    const [a, b] = refs.map((ref) => writer.cast(ref, 'bool')) as [Ref, Ref]
    return writer.node(name, [a, b], broadcastShapes(a.shape, b.shape), {}, 'bool')
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
