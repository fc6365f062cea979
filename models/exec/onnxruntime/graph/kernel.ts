import { mayLeave } from '../../../ir/reach.ts'
import type { Kernel, Program } from '../../../ir/types.ts'
import { type Emission, emit } from './emit.ts'
import { ANY, type Fact, factOf, factsOf, storedFact, union } from './facts.ts'
import { shapeOfLayout, valueInLayout } from './layout.ts'
import { lowBits, lowBitsSigned } from './low-bits.ts'
import { movesOnly } from './moves.ts'
import { elementLayout } from './order.ts'
import { emitPool } from './pool.ts'
import { emitProduct, type Folded } from './product.ts'
import { emitReduction, reduceInPlace } from './reduce.ts'
import { fillOf, type Operand, type Scope } from './scope.ts'
import { ranked } from './shape.ts'
import { splitVariables } from './split.ts'
import { SCALED, type Tree, treeOf } from './tree.ts'
import { type Rounding, rounded, unrounded, type Value } from './value.ts'
import { type GraphWriter, noForm, type Ref } from './writer.ts'

/**
 * @property operand  a buffer that the kernel reads @property fact  what is known of its elements
 * @property later    whether the kernel's last step is better left to its readers, if it is rounding
 */
export type Operands = {
  readonly operand: (buffer: number) => Operand
  readonly fact: (buffer: number) => Fact
  readonly direct: boolean
  readonly exactIntegers: boolean
  readonly later: boolean
}

/**
 * A kernel as nodes of the graph, over the same elements as its buffer.
 * @throws {OpineError} `NO_ONNX_FORM` where there is no form that is as exact
 */
export function emitKernel(
  writer: GraphWriter,
  program: Program,
  index: number,
  { operand, fact, direct, exactIntegers, later }: Operands,
): Value {
  const kernel = splitVariables(program.kernels[index]!, operand)
  const extents = [...kernel.shape, ...(kernel.reduce?.extents ?? [])]
  const whole = (buffer: number): Operand => {
    const own = operand(buffer)
    return own.value ? { ...own, value: rounded(writer, own.value) } : own
  }
  const scope: Scope = { writer, kernel, extents, operand: whole, direct, exactIntegers }
  const loadFact = (number: number): Fact => {
    const load = kernel.loads[number]!
    const own = fact(load.buffer)
    // A maximum over windows that reach into padding is one of the elements: each has some.
    const padding = kernel.reduce?.op === 'max' && load.fill === NEGATIVE_INFINITY
    if (padding || !mayLeave(load, extents)) return own
    return union(own, factOf(fillOf(scope, load)))
  }
  const term = kernel.reduce ? treeOf(kernel.term) : null
  if (kernel.foldType === 'i32' && term && !exactIntegers) throw noForm('its sum of integers may leave those that binary32 tells apart')
  const termFacts = factsOf(loadFact, ANY)
  const facts = factsOf(loadFact, foldFact(kernel, term && termFacts(term)))
  const rounding = roundingOf(kernel, operand, fact)
  const moved = rounding !== null && movesOnly(kernel, (buffer) => operand(buffer).type, { term: termFacts, result: facts })
  const plain: Emission = { ...scope, operand: moved ? operand : whole, facts, leaf: () => undefined }
  const result = treeOf(kernel.result)
  const folded = term ? emitFold(plain, term, result) : { ref: null, layout: elementLayout(plain), result }
  const leaf = (tree: Tree): Ref | undefined => (tree.op === 'fold' || tree.op === SCALED ? (folded.ref ?? undefined) : undefined)
  const made = emit({ ...plain, leaf }, folded.result, folded.layout)
  const wrapped = wrap(writer, made, facts(folded.result), kernel.storeType)
  const full = writer.expand(ranked(writer, wrapped, folded.layout.length), shapeOfLayout(folded.layout, extents))
  const value = valueInLayout(full, folded.layout, kernel.shape)
  if (moved) return { ...value, rounding }
  return later ? unrounded(writer, value) : value
}

/** What is still to be done to the elements that a kernel reads, if that is the same for all that are not whole numbers. */
function roundingOf({ loads }: Kernel, operand: Operands['operand'], fact: Operands['fact']): Rounding | null {
  const found = new Set(loads.map(({ buffer }) => operand(buffer).value?.rounding ?? (fact(buffer).integer ? undefined : null)))
  found.delete(undefined)
  const [only] = found
  return found.size === 1 ? (only ?? null) : null
}

const NEGATIVE_INFINITY = 0xff800000

/** Of a sum no bounds are known here, but that whole numbers give one. */
function foldFact({ reduce }: Kernel, term: Fact | null): Fact {
  if (!term || !reduce) return ANY
  return reduce.op === 'max' || reduce.op === 'min' ? term : { ...ANY, integer: term.integer }
}

/** What is stored of an integer: its low 8 bits. */
function wrap(writer: GraphWriter, ref: Ref, { least, greatest }: Fact, type: 'f32' | 'i32' | 'i8' | 'u8' | 'f16'): Ref {
  const most = storedFact(type)
  if (type === 'f32' || type === 'i32' || (least >= most.least && greatest <= most.greatest)) return ref
  if (type === 'u8') return lowBits(writer, ref, 256)
  return lowBitsSigned(writer, ref, ANY, 8)
}

function emitFold(scope: Emission, term: Tree, result: Tree): Folded {
  if (scope.kernel.reduce!.op !== 'sum') return emitPool(scope, term, result) ?? emitReduction(scope, term, result)
  return reduceInPlace(scope, term, result) ?? emitProduct(scope, term, result) ?? emitReduction(scope, term, result)
}
