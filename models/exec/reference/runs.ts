import type { Kernel, Load, Reduce } from '../../ir/types.ts'
import { type Fold, setCoordinates } from './fold.ts'

/** A load of `f32` elements: its operand's bytes, and what it reads out of range. */
export type RunOperand = { readonly load: Load; readonly bytes: Uint8Array; readonly fill: number }

/** The run leaves its axes or its buffer on the way: term by term, please. */
export const MIXED = -2
/** All of the run lies out of range. */
export const OUTSIDE = -1

/** Typed arrays have the machine's byte order, buffers are little-endian. */
export const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** Where a load stands when the innermost reduce coordinate runs over `length` values from its current one. */
export type Runner = {
  readonly values: Float32Array
  readonly fill: Float32Array
  readonly stride: number
  readonly start: (length: number) => number
}

/** Null where a coordinate is indexed. */
export function runnerOf({ load, bytes, fill }: RunOperand, variables: Int32Array): Runner | null {
  const last = variables.length - 1
  const axes = load.axes.map(({ extent, stride, coordinate }) => {
    if (coordinate.kind === 'indexed') return null
    const step = coordinate.terms.find(({ variable }) => variable === last)?.coefficient ?? 0
    return { extent, stride, step, offset: coordinate.offset, terms: coordinate.terms }
  })
  if (!axes.every((axis) => axis !== null)) return null
  const stride = axes.reduce((sum, axis) => sum + axis.stride * axis.step, 0)
  // A copy by the constructor: `slice` of a Buffer is a view.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  const values = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4)
  const start = (length: number): number => {
    let address = load.base
    let outside = false
    for (let a = 0; a < axes.length; a++) {
      const axis = axes[a]!
      let coordinate = axis.offset
      for (let t = 0; t < axis.terms.length; t++) coordinate += axis.terms[t]!.coefficient * variables[axis.terms[t]!.variable]!
      const end = coordinate + axis.step * (length - 1)
      const [in1, in2] = [coordinate >= 0 && coordinate < axis.extent, end >= 0 && end < axis.extent]
      if (in1 !== in2 || (!in1 && coordinate < 0 !== end < 0)) return MIXED
      if (!in1) outside = true
      address += axis.stride * coordinate
    }
    if (outside) return OUTSIDE
    const end = address + stride * (length - 1)
    return address >= 0 && address < values.length && end >= 0 && end < values.length ? address : MIXED
  }
  return { values, fill: Float32Array.of(fill), stride, start }
}

/**
 * The fold with its blocks taken a run of the innermost reduce coordinate at a time, in the same order.
 * @param general  the fold by definition, for blocks with a run that crosses the border of an axis
 * @param run      the value after `length` more terms from the current coordinates on; null where a load has no such run there
 */
export function byRuns(
  { shape }: Kernel,
  { extents, block: size }: Reduce,
  variables: Int32Array,
  general: Fold,
  run: (value: number, length: number) => number | null,
): Fold {
  const rank = shape.length
  const inner = extents.at(-1)!
  const last = variables.length - 1
  const terms = extents.reduce((total, extent) => total * extent, 1)
  const block = (number: number): number => {
    const end = Math.min((number + 1) * size, terms)
    let value = general.identity
    for (let term = number * size; term < end; ) {
      setCoordinates(variables, rank, extents, term)
      const length = Math.min(inner - variables[last]!, end - term)
      const next = run(value, length)
      if (next === null) return general.block(number)
      value = next
      term += length
    }
    return value
  }
  return { ...general, block }
}
