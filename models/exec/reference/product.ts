import type { Kernel, Load, Reduce } from '../../ir/types.ts'
import { type Fold, setCoordinates } from './fold.ts'

/** A load of `f32` elements: its operand's bytes, and what it reads out of range. */
export type ProductOperand = { readonly load: Load; readonly bytes: Uint8Array; readonly fill: number }

/** The run leaves its axes or its buffer on the way: term by term, please. */
const MIXED = -2
const OUTSIDE = -1

/** Typed arrays have the machine's byte order, buffers are little-endian. */
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** Where a load stands when the innermost reduce coordinate runs over `length` values from its current one. */
type Runner = {
  readonly values: Float32Array
  readonly fill: Float32Array
  readonly stride: number
  readonly start: (length: number) => number
}

/**
 * The commonest fold, a sum of products of two loads, in the same order with the same roundings as `compileFold`, but a run of the innermost
 * coordinate at a time: the addresses of a run lie one stride apart, so that only its ends are held against the axes.
 * @param general  the fold by definition, for runs that cross the border of an axis
 * @returns        null where the term is another or a coordinate is indexed
 */
export function compileProduct(
  kernel: Kernel,
  reduce: Reduce,
  operands: readonly ProductOperand[],
  variables: Int32Array,
  general: Fold,
): Fold | null {
  const [first, second, times] = kernel.term
  const isProduct = kernel.term.length === 3 && first?.op === 'load' && second?.op === 'load' && times?.op === 'f32.mul'
  if (!LITTLE_ENDIAN || !isProduct || reduce.op !== 'sum' || kernel.foldType !== 'f32') return null
  const [x, y] = [operands[first.arg!], operands[second.arg!]].map((operand) => operand && runnerOf(operand, variables))
  if (!x || !y) return null
  const { extents } = reduce
  const rank = kernel.shape.length
  const inner = extents.at(-1)!
  const last = variables.length - 1
  const terms = extents.reduce((total, extent) => total * extent, 1)

  const block = (number: number): number => {
    const end = Math.min((number + 1) * reduce.block, terms)
    let value = 0
    for (let term = number * reduce.block; term < end; ) {
      setCoordinates(variables, rank, extents, term)
      const length = Math.min(inner - variables[last]!, end - term)
      const [a, b] = [x.start(length), y.start(length)]
      if (a === MIXED || b === MIXED) return general.block(number)
      const [left, from, step] = a === OUTSIDE ? [x.fill, 0, 0] : [x.values, a, x.stride]
      const [right, to, stride] = b === OUTSIDE ? [y.fill, 0, 0] : [y.values, b, y.stride]
      for (let i = 0; i < length; i++) {
        value = Math.fround(value + Math.fround(left[from + i * step]! * right[to + i * stride]!))
      }
      term += length
    }
    return value
  }
  return { ...general, block }
}

function runnerOf({ load, bytes, fill }: ProductOperand, variables: Int32Array): Runner | null {
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
