import { product } from '../../../ir/types.ts'
import type { Digit } from './digits.ts'
import { type GraphWriter, noForm, type Ref } from './writer.ts'

/** `extent` elements of the buffer, `stride` apart. */
export type Factor = { readonly extent: number; readonly stride: number }

/** Operators that round to whole numbers; none of them puts two numbers the other way round. */
export const ROUNDINGS = ['Floor', 'Ceil', 'Round'] as const
export type Rounding = (typeof ROUNDINGS)[number]

/**
 * A whole buffer as a tensor of the graph: each of its axes is a list of factors, outermost first, none of extent 1.
 * @property rounding  what is still to be done to each element; see `movesOnly` for who may read it so
 */
export type Value = { readonly ref: Ref; readonly axes: readonly (readonly Factor[])[]; readonly rounding?: Rounding }

/** The value as its buffer has it. */
export function rounded(writer: GraphWriter, { ref, axes, rounding }: Value): Value {
  return { ref: rounding ? writer.node(rounding, [ref], ref.shape) : ref, axes }
}

/** The value before it was rounded, if that was the last that was done. */
export function unrounded(writer: GraphWriter, { ref, axes }: Value): Value {
  const made = writer.made(ref)
  const rounding = ROUNDINGS.find((each) => each === made?.op)
  return made && rounding ? { ref: made.inputs[0]!, axes, rounding } : { ref, axes }
}

/** A tensor that lies as the buffer does. */
export const flatValue = (ref: Ref): Value => ({ ref, axes: [ref.shape[0] === 1 ? [] : [{ extent: ref.shape[0]!, stride: 1 }]] })

/** Strides of the buffer's own axes, as far as the tensor shows them. */
export const stridesOf = ({ axes }: Value): number[] => axes.flat().map(({ stride }) => stride)

/** Where in the tensor the factor is that holds a step of so many elements; -1 where none does. */
export const placeOf = ({ axes }: Value, stride: number): number =>
  axes.flat().findIndex((factor) => factor.stride <= stride && stride < factor.stride * factor.extent)

/** By where they lie in the tensor, outermost first. */
export const sortedAsIn = <T extends { readonly stride: number }>(value: Value, digits: readonly T[]): T[] =>
  [...digits].sort((a, b) => placeOf(value, a.stride) - placeOf(value, b.stride) || b.stride - a.stride)

/**
 * The value with one axis for each group of digits; together the groups hold every digit once.
 * @throws {OpineError} `NO_ONNX_FORM` where digits and axes have no common parts
 */
export function arrange(writer: GraphWriter, value: Value, groups: readonly (readonly Digit[])[]): Ref {
  const count = product(value.ref.shape)
  const flat = value.axes.flat().length <= 1
  // Through the buffer's own order where there is no shorter way.
  const found = split(writer, value, groups) ?? (flat ? null : split(writer, flatValue(flatten(writer, value, count)), groups))
  if (found) return found
  throw noForm('a buffer is read in parts that do not divide each other')
}

function split(writer: GraphWriter, value: Value, groups: readonly (readonly Digit[])[]): Ref | null {
  const digits = groups.flat()
  const atoms = atomsOf(value, digits)
  const target = atoms && cutAll(digits, cutsOf(value, digits))
  if (!atoms || !target) return null
  const order = target.map(({ stride }) => atoms.findIndex((atom) => atom.stride === stride))
  if (order.includes(-1) || order.length !== atoms.length) return null
  const shape = groups.map((own) => product(own.map(({ extent }) => extent)))
  return writer.reshape(
    moved(
      writer,
      value.ref,
      atoms.map(({ extent }) => extent),
      order,
    ),
    shape,
  )
}

/** The axes of these extents in another order; such as stay together are moved as one, so that the same move is the same node. */
function moved(writer: GraphWriter, ref: Ref, extents: readonly number[], order: readonly number[]): Ref {
  const runs: number[][] = []
  for (const axis of order) {
    const run = runs.at(-1)
    if (run?.at(-1) === axis - 1) run.push(axis)
    else runs.push([axis])
  }
  const before = [...runs].sort((a, b) => a[0]! - b[0]!)
  const parts = writer.reshape(
    ref,
    before.map((run) => product(run.map((axis) => extents[axis]!))),
  )
  return writer.transpose(
    parts,
    runs.map((run) => before.indexOf(run)),
  )
}

/** The tensor's axes, cut wherever one of the digits ends; null where cuts do not divide each other. */
export const atomsOf = (value: Value, digits: readonly Digit[]): Factor[] | null => cutAll(merged(value.axes.flat()), cutsOf(value, digits))

/** Neighbouring factors that are steps of one stride. */
export function merged(factors: readonly Factor[]): Factor[] {
  const found: Factor[] = []
  for (const factor of factors) {
    const outer = found.at(-1)
    if (outer?.stride === factor.stride * factor.extent)
      found.splice(-1, 1, { extent: outer.extent * factor.extent, stride: factor.stride })
    else found.push(factor)
  }
  return found
}

const cutsOf = (value: Value, digits: readonly Digit[]): number[] => {
  const cuts = new Set([...merged(value.axes.flat()), ...digits].flatMap(({ extent, stride }) => [stride, stride * extent]))
  return [...cuts].sort((a, b) => b - a)
}

function cutAll(factors: readonly Factor[], cuts: readonly number[]): Factor[] | null {
  const parts = factors.map((factor) => cut(factor, cuts))
  return parts.every((part) => part !== null) ? parts.flat() : null
}

/** The parts of a factor between the strides at which anything is cut; null where these do not divide each other. */
function cut({ extent, stride }: Factor, cuts: readonly number[]): Factor[] | null {
  const inside = cuts.filter((each) => each > stride && each < stride * extent)
  const parts: Factor[] = []
  let outer = stride * extent
  for (const each of [...inside, stride]) {
    if (outer % each !== 0) return null
    if (outer / each > 1) parts.push({ extent: outer / each, stride: each })
    outer = each
  }
  return parts
}

/** The elements in the buffer's own order. */
export function flatten(writer: GraphWriter, value: Value, count: number): Ref {
  return arrange(writer, value, [[{ extent: count, stride: 1, start: 0, length: count, offset: 0, terms: [] }]])
}
