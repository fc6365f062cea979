import type { Constant, Kernel } from '../../../ir/types.ts'
import { fromBits } from '../../../numerics/bits.ts'
import { SCALAR_OPS } from '../../../numerics/scalar.ts'
import { readerOf } from '../../reference/buffer.ts'
import { SCALED, signExtended, type Tree } from './tree.ts'

/** What is known of a value before anything runs: its range as the reference has it, and whether it is a whole number. */
export type Fact = { readonly least: number; readonly greatest: number; readonly integer: boolean }

export const ANY: Fact = { least: Number.NEGATIVE_INFINITY, greatest: Number.POSITIVE_INFINITY, integer: false }
const ANY_INTEGER: Fact = { least: -0x80000000, greatest: 0x7fffffff, integer: true }
const BIT: Fact = { least: 0, greatest: 1, integer: true }

/** What any element of a store type is. */
export function storedFact(type: Kernel['storeType'] | 'f16'): Fact {
  if (type === 'u8') return { least: 0, greatest: 255, integer: true }
  if (type === 'i8') return { least: -128, greatest: 127, integer: true }
  return type === 'i32' ? ANY_INTEGER : ANY
}

/** The range of a constant's elements. */
export function constantFact({ type, count, bytes }: Constant): Fact {
  const read = readerOf(type, bytes)
  let [least, greatest, integer] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true]
  for (let element = 0; element < count; element++) {
    const value = read(element)
    if (Number.isNaN(value)) return ANY
    if (value < least) least = value
    if (value > greatest) greatest = value
    integer &&= Number.isInteger(value)
  }
  return { least, greatest, integer }
}

export const factOf = (value: number): Fact => ({ least: value, greatest: value, integer: Number.isInteger(value) })

export const union = (a: Fact, b: Fact): Fact => ({
  least: Math.min(a.least, b.least),
  greatest: Math.max(a.greatest, b.greatest),
  integer: a.integer && b.integer,
})

/** What is known of every node of a kernel's expressions, from what is known of its loads and of the folded value. */
export function factsOf(load: (number: number) => Fact, fold: Fact): (tree: Tree) => Fact {
  const memo = new Map<Tree, Fact>()
  const of = (tree: Tree): Fact => {
    let fact = memo.get(tree)
    if (!fact) {
      fact =
        tree.op === 'load'
          ? load(tree.arg)
          : tree.op === 'fold'
            ? fold
            : tree.op === SCALED
              ? of(tree.args[0]!)
              : (extendedFact(tree, of) ?? nodeFact(tree, tree.args.map(of)))
      memo.set(tree, fact)
    }
    return fact
  }
  return of
}

/** Of low bits with a sign that are all that there is. */
function extendedFact(tree: Tree, of: (tree: Tree) => Fact): Fact | null {
  const extended = signExtended(tree)
  const fact = extended && of(extended.value)
  return fact && isWithin(fact, extended.bits) ? fact : null
}

/** Whether an integer of so many bits, sign included, holds it. */
export function isWithin({ least, greatest, integer }: Fact, bits: number): boolean {
  const most = 2 * (1 << (bits - 2))
  return integer && least >= -most && greatest < most
}

function nodeFact({ op, arg }: Tree, [a = ANY, b = ANY]: readonly Fact[]): Fact {
  const integers = op.startsWith('i32.')
  const integer = a.integer && b.integer
  const among = (values: readonly number[], whole: boolean): Fact => {
    const fact = { least: Math.min(...values), greatest: Math.max(...values), integer: whole }
    if (fact.least >= (integers ? ANY_INTEGER : ANY).least && fact.greatest <= (integers ? ANY_INTEGER : ANY).greatest) return fact
    return integers ? ANY_INTEGER : { ...ANY, integer: whole }
  }
  const corners = (combine: (x: number, y: number) => number): Fact => {
    const values = [a.least, a.greatest].flatMap((x) => [combine(x, b.least), combine(x, b.greatest)])
    return among(values, integer)
  }
  const rounded = (): Fact => among([SCALAR_OPS[op]!(a.least, 0), SCALAR_OPS[op]!(a.greatest, 0)], true)
  switch (op) {
    case 'inrange':
    case 'f32.lt':
    case 'f32.le':
    case 'f32.eq':
    case 'i32.lt':
    case 'i32.eq':
      return BIT
    case 'f32.const':
      return factOf(fromBits(arg))
    case 'i32.const':
      return factOf(arg | 0)
    case 'select':
      return union(a, b)
    case 'f32.add':
    case 'i32.add':
      return corners((x, y) => x + y)
    case 'f32.sub':
    case 'i32.sub':
      return corners((x, y) => x - y)
    case 'f32.mul':
    case 'i32.mul':
      return corners((x, y) => x * y)
    case 'f32.min':
    case 'i32.min':
      return { least: Math.min(a.least, b.least), greatest: Math.min(a.greatest, b.greatest), integer }
    case 'f32.max':
    case 'i32.max':
      return { least: Math.max(a.least, b.least), greatest: Math.max(a.greatest, b.greatest), integer }
    case 'f32.floor':
    case 'f32.ceil':
    case 'f32.trunc':
    case 'f32.nearest':
    case 'i32.from_f32':
      return rounded()
    case 'f32.neg':
      return { least: -a.greatest, greatest: -a.least, integer: a.integer }
    case 'f32.abs':
      return { least: 0, greatest: Math.max(-a.least, a.greatest), integer: a.integer }
    case 'f32.from_i32':
      return a
    case 'i32.and':
      return a.least >= 0 && b.least >= 0 ? { least: 0, greatest: Math.min(a.greatest, b.greatest), integer: true } : ANY_INTEGER
    case 'i32.or':
    case 'i32.xor':
      return isBit(a) && isBit(b) ? BIT : ANY_INTEGER
    case 'i32.shr_s':
      return b.least === b.greatest && b.least >= 0 && b.least < 31 ? corners((x, y) => Math.floor(x / (1 << y))) : ANY_INTEGER
    default:
      return integers ? ANY_INTEGER : ANY
  }
}

/** Whether it is an integer that binary32 tells from its neighbours. */
export const isExact = ({ least, greatest, integer }: Fact): boolean => integer && least >= -0x1000000 && greatest <= 0x1000000

export const isBit = ({ least, greatest, integer }: Fact): boolean => integer && least >= 0 && greatest <= 1
