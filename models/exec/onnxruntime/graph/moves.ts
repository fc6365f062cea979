import { bufferOf, indicesOf, type Kernel, type Program, product, type StoreType, scalarOf } from '../../../ir/types.ts'
import { fromBits } from '../../../numerics/bits.ts'
import { bufferSpec } from '../../reference/kernel.ts'
import { type Fact, isWithin, storedFact } from './facts.ts'
import { signExtended, type Tree, treeOf } from './tree.ts'

/**
 * Whether each element of a kernel is one of those that it reads, or the greatest or least of some, or a whole number that fills in.
 *
 * Such a kernel may read its operands before they are rounded, and be rounded itself: rounding to whole numbers (down, up or to the nearest) never
 * puts two numbers the other way round, so that the rounded greatest is the greatest of the rounded, and it leaves whole numbers as they are. What is
 * not rounded yet is exact in binary32, for the certificate has it as the result of an order-free sum; it is compared and moved here, which rounds
 * nothing, and never added: for whoever calculates with the kernel's elements they are rounded first.
 * @param facts  of the rounded values, of the term and of the result; what may be said of them at most where nothing is known yet
 */
export function movesOnly(
  kernel: Kernel,
  type: (buffer: number) => StoreType,
  facts: { readonly term: Facts; readonly result: Facts },
): boolean {
  const { loads, reduce, storeType } = kernel
  const fills = loads.every((load) => indicesOf(load).length === 0 && isWhole(load.fill, scalarOf(type(load.buffer))))
  if (!fills || reduce?.op === 'sum' || reduce?.op === 'prod') return false
  const result = treeOf(kernel.result)
  return isMove(result, facts.result, reduce ? treeOf(kernel.term) : null, facts.term) && isStored(facts.result(result), storeType)
}

type Facts = (tree: Tree) => Fact

/** What lets everything pass: for a look at the code alone. */
const ANY_BIT: Facts = () => ({ least: 0, greatest: 0, integer: true })

/** @param term  of the fold, null within it and where there is none */
function isMove(tree: Tree, facts: Facts, term: Tree | null, termFacts: Facts): boolean {
  const of = (each: Tree): boolean => isMove(each, facts, term, termFacts)
  const [first, second, third] = tree.args
  const extended = signExtended(tree)
  if (extended) return isWithin(facts(extended.value), extended.bits) && of(extended.value)
  switch (tree.op) {
    case 'load':
      return true
    case 'fold':
      return term !== null && isMove(term, termFacts, null, termFacts)
    case 'select':
      return third!.op === 'inrange' && of(first!) && of(second!)
    case 'f32.from_i32':
      return of(first!)
    case 'i32.from_f32':
      return facts(first!).integer && of(first!)
    case 'i32.and':
      // Low bits that are all that there is.
      return second!.op === 'i32.const' && second!.arg === 255 && isStored(facts(first!), 'u8') && of(first!)
    default:
      return false
  }
}

const isStored = ({ least, greatest }: Fact, type: StoreType): boolean =>
  type === 'f32' || type === 'i32' || (least >= storedFact(type).least && greatest <= storedFact(type).greatest)

function isWhole(bits: number, type: 'f32' | 'i32'): boolean {
  const value = type === 'i32' ? 0 : fromBits(bits)
  return Number.isInteger(value) || Math.abs(value) === Number.POSITIVE_INFINITY
}

/** Elements that are rounded in the time that one more node takes. */
const FEW = 1 << 14

/**
 * Kernels of a stage that are worth to be rounded later: nobody wants their whole buffers, and whoever reads them takes the greatest of several, or
 * joins them for somebody who does.
 * @param stage  ascending @param fetched  kernels whose whole buffers are wanted
 */
export function roundedLater(program: Program, stage: readonly number[], fetched: ReadonlySet<number>): ReadonlySet<number> {
  const first = bufferOf(program, 0)
  const later = new Set<number>()
  const readers = new Map<number, number[]>(stage.map((kernel) => [kernel, []]))
  for (const kernel of [...stage].reverse()) {
    const shrinks = (reader: number): boolean => program.kernels[reader]!.reduce !== null || later.has(reader)
    const own = readers.get(kernel)!
    const large = product(program.kernels[kernel]!.shape) >= FEW
    if (large && own.length > 0 && !fetched.has(kernel) && own.every((reader) => mayMove(program, reader) && shrinks(reader)))
      later.add(kernel)
    for (const { buffer } of program.kernels[kernel]!.loads) readers.get(buffer - first)?.push(kernel)
  }
  return later
}

/** By its code alone. */
const mayMove = (program: Program, kernel: number): boolean =>
  movesOnly(program.kernels[kernel]!, (buffer) => bufferSpec(program, buffer).type, { term: ANY_BIT, result: ANY_BIT })
