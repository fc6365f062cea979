import { type Kernel, type ScalarType, type StoreType, product as volume } from '../ir/types.ts'
import { fromBits } from '../numerics/bits.ts'
import { EXACT, LEAST_EXPONENT } from './classes.ts'
import { anythingOf, coordinate, evaluate, type Surroundings } from './code.ts'
import { alike, type Contents, groupedContents, STORED } from './contents.ts'
import { type Fault, fault } from './fault.ts'
import { floatOperation } from './float.ts'
import { integerOperation, wrapped } from './integer.ts'
import { repeated, rounded, tooWide, unusable } from './linear.ts'
import { type Reached, reach, type Space } from './reach.ts'
import { ANY_INTEGER, atom, constant, either, known, units, type Value } from './value.ts'
import { varying } from './vary.ts'
import { Watch } from './watch.ts'

/**
 * What the elements of a kernel are, group by group.
 * @property values   before they are stored; `shape` are the extents of the groups, 1 for axes along which nothing differs
 * @property faults   what is wrong and where: the coordinates of the group
 */
export type Examined = {
  readonly contents: Contents
  readonly watch: Watch
  readonly faults: readonly { readonly fault: Fault; readonly channel: readonly (number | null)[] }[]
}

/** More groups than these are taken together. */
const MAX_GROUPS = 1 << 20
/** More faults than these say no more. */
const MAX_FAULTS = 1 << 16

/**
 * Follows a valid kernel through everything that its operands may be.
 * @param operands  what each load reads from
 * @param fills     the scalar type of each load
 */
export function examine(kernel: Kernel, operands: readonly Contents[], fills: readonly ScalarType[]): Examined {
  const { shape, reduce } = kernel
  const extents = [...shape, ...(reduce?.extents ?? [])]
  const chosen = varying(kernel, operands)
  const space = { least: extents.map(() => 0), greatest: extents.map((extent) => extent - 1) }
  const watch = new Watch()
  const { enter, surroundings } = surround(kernel, operands, fills, space, watch)
  const faults: { fault: Fault; channel: (number | null)[] }[] = []
  const digits = shape.flatMap((extent, axis) => (chosen[axis] ? [{ stride: volume(shape.slice(axis + 1)), extent }] : []))
  const groups = volume(digits.map(({ extent }) => extent))
  const values: Value[] = []
  const outer = shape.flatMap((_, axis) => (chosen[axis] ? [axis] : []))
  const inner = extents.flatMap((_, axis) => (axis >= shape.length && chosen[axis] ? [axis] : []))
  const times = volume(extents.filter((_, axis) => axis >= shape.length && !chosen[axis]))
  each(space, outer, extents, () => {
    const total = reduce ? folded(kernel, surroundings, enter, space, inner, extents, times) : null
    for (const axis of inner) free(space, axis, extents)
    enter()
    const value = evaluate(kernel.result, { ...surroundings, fold: total, folded: false })
    const found = value.fault ?? storable(value, kernel.storeType)
    if (found && faults.length < MAX_FAULTS) {
      faults.push({ fault: found, channel: shape.map((_, axis) => (chosen[axis] ? space.least[axis]! : null)) })
    }
    const kept = stored(value, kernel.storeType, watch)
    if (groups <= MAX_GROUPS) values.push(kept)
    else values[0] = values[0] ? either(values[0], kept) : kept
  })
  const count = volume(shape)
  const contents = groups <= MAX_GROUPS ? groupedContents(count, digits, values) : alike(count, values[0]!)
  return { contents, watch, faults }
}

/** Runs with each choice of these variables fixed. Stops where `run` gives false. */
function each(space: Mutable, variables: readonly number[], extents: readonly number[], run: () => unknown): void {
  for (const variable of variables) fix(space, variable, 0)
  for (;;) {
    if (run() === false) return
    let at = variables.length - 1
    for (; at >= 0; at--) {
      const variable = variables[at]!
      const next = space.least[variable]! + 1
      if (next < extents[variable]!) {
        fix(space, variable, next)
        break
      }
      fix(space, variable, 0)
    }
    if (at < 0) return
  }
}

type Mutable = { readonly least: number[]; readonly greatest: number[] }

function fix(space: Mutable, variable: number, value: number): void {
  space.least[variable] = value
  space.greatest[variable] = value
}

function free(space: Mutable, variable: number, extents: readonly number[]): void {
  space.least[variable] = 0
  space.greatest[variable] = extents[variable]! - 1
}

/** What expressions see. `enter` forgets the loads of the coordinates before. */
function surround(
  { loads }: Kernel,
  operands: readonly Contents[],
  types: readonly ScalarType[],
  space: Space,
  watch: Watch,
): { readonly enter: () => void; readonly surroundings: Surroundings } {
  const fills = loads.map(({ fill }, number) => constant(types[number] === 'f32' ? fromBits(fill) : fill | 0))
  const seen = loads.map(() => new Map<string, Value>())
  const reached: (Reached | undefined)[] = []
  const at = (number: number): Reached => {
    let known = reached[number]
    if (!known) {
      known = reach(loads[number]!, operands[number]!, fills[number]!, space, (index) => at(index).value, seen[number]!)
      reached[number] = known
    }
    return known
  }
  const surroundings: Surroundings = {
    load: (number) => at(number).value,
    inRange: (number) => at(number).inRange,
    variable: (number) =>
      space.least[number] === space.greatest[number] ? known(space.least[number]!) : coordinate(space.greatest[number]! + 1),
    fold: null,
    folded: false,
    watch,
  }
  return { enter: () => reached.splice(0), surroundings }
}

/** The fold at the output coordinates that are fixed. @param times  how often each term occurs: over reduce variables that make no difference */
function folded(
  kernel: Kernel,
  surroundings: Surroundings,
  enter: () => void,
  space: Mutable,
  inner: readonly number[],
  extents: readonly number[],
  times: number,
): Value {
  const { op } = kernel.reduce!
  const type = kernel.foldType
  const around = { ...surroundings, folded: op === 'sum' }
  const { watch } = surroundings
  const multiplies = kernel.term.some((step) => step.op.endsWith('.mul') || step.op.endsWith('.div'))
  const terms: { total: Value | null } = { total: null }
  each(space, inner, extents, () => {
    enter()
    const plain = evaluate(kernel.term, around)
    const term = op === 'sum' && !multiplies && !plain.fault ? timesOne(plain, type, watch) : plain
    terms.total = op === 'sum' ? accumulated(terms.total, repeated(term, times), type) : combined(op, terms.total, term, times, type, watch)
    return !hopeless(terms.total)
  })
  const total = terms.total!
  if (hopeless(total)) return { ...anythingOf(type), fault: total.fault }
  return { ...(op === 'sum' ? summedUp(total, type, watch) : total), literal: false }
}

/** Of a term that is no product a runtime may make one with 1: a sum over a window is a convolution. */
function timesOne(term: Value, type: ScalarType, watch: Watch): Value {
  watch.operand(term, type)
  if (!term.literal) watch.factor(term, type)
  return { ...term, products: term.products | (type === 'f32' ? 2 : 1) }
}

/** Nothing more can be learnt of a fold whose operands may be anything. */
const hopeless = (value: Value): boolean => value.fault !== null && value.fault.rule !== 'BOUND' && value.fault.rule !== 'SCALE'

/** Terms are gathered exactly, and judged together at the end. */
function accumulated(total: Value | null, term: Value, type: ScalarType): Value {
  const wrong = term.fault ?? (type === 'f32' ? (unusable(term) ?? tooWide(term)) : null)
  if (!total) return { ...term, open: true, minusZero: false, source: -1, fault: wrong }
  return {
    ...total,
    least: total.least + term.least,
    greatest: total.greatest + term.greatest,
    exponent: Math.min(total.exponent, term.exponent),
    positive: total.positive + term.positive,
    negative: total.negative + term.negative,
    odd: Math.max(total.odd, term.odd),
    low: Math.min(total.low, term.low),
    high: Math.max(total.high, term.high),
    // Of a sum, all terms' together.
    largest: total.largest + term.largest,
    finest: Math.min(total.finest, term.finest),
    products: total.products | term.products,
    fault: total.fault ?? wrong,
  }
}

function summedUp(total: Value, type: ScalarType, watch: Watch): Value {
  const found = watch.sum(total, type)
  if (type === 'i32') return wrapped(total, watch)
  const wrong = total.fault ?? found
  return wrong ? rounded(total, wrong) : total
}

function combined(op: 'prod' | 'max' | 'min', total: Value | null, term: Value, times: number, type: ScalarType, watch: Watch): Value {
  const name = `${type}.${op === 'prod' ? 'mul' : op}`
  const operate = type === 'f32' ? floatOperation : integerOperation
  let value = total ? operate(name, total, term, false, watch) : term
  const repeats = op === 'prod' ? times : Math.min(2, times)
  for (let repeat = 1; repeat < repeats; repeat++) value = operate(name, value, term, false, watch)
  return value
}

/** Floats that are copied as they are may be flushed to zero on the way, lose the sign of zero, or be another NaN. */
function storable(value: Value, type: StoreType): Fault | null {
  if (type !== 'f32') return null
  if (value.nan || value.exponent < LEAST_EXPONENT) return unusable(value)
  return value.minusZero ? fault('SIGN_OF_ZERO', 0) : null
}

/** The element as it lies in the buffer: of bytes the low 8 bits. */
function stored(value: Value, type: StoreType, watch: Watch): Value {
  if (type === 'f16' || type === 'f32') return { ...value, literal: false }
  const [least, greatest] = STORED[type]
  if (units(value) > EXACT) watch.integersOnly()
  if (value.least >= least && value.greatest <= greatest) return { ...value, literal: false }
  watch.integersOnly()
  return type === 'i32' ? { ...ANY_INTEGER, fault: value.fault } : atom(least, greatest, 0, { fault: value.fault })
}
