import type { Kernel, Load } from '../../ir/types.ts'
import { setCoordinates } from '../reference/fold.ts'
import { noForm } from './graph/writer.ts'

/**
 * Where a load reads while the kernel's fold runs over its terms.
 * @property count      addresses of one output element: one for each place of the reduce coordinates that the load depends on
 * @property along      these coordinates, outermost first
 * @property addresses  writes them from `at` on, row-major, 0 where the load reads its fill. `variables`: the output coordinates
 */
export type Walk = {
  readonly count: number
  readonly along: readonly { readonly variable: number; readonly extent: number }[]
  readonly addresses: (variables: Int32Array, into: Int32Array, at: number) => void
}

/** An axis along the reduce coordinates that matter: how far each of them moves it, the innermost one apart. */
type Track = { readonly extent: number; readonly stride: number; readonly outer: readonly number[]; readonly inner: number }

/**
 * The walk of a load of affine coordinates. The innermost reduce coordinate that matters runs in a plain loop between the two ends that the
 * axes leave of it.
 * @throws {OpineError} `NO_ONNX_FORM` for a load that is indexed: where it reads is known after the run alone
 */
export function walkOf(kernel: Kernel, { base, axes }: Load): Walk {
  const rank = kernel.shape.length
  const affine = axes.map(({ extent, stride, coordinate }) => {
    if (coordinate.kind === 'indexed') throw noForm('it reads a computed buffer where other values point')
    return { extent, stride, offset: coordinate.offset, terms: coordinate.terms.filter(({ coefficient }) => coefficient !== 0) }
  })
  const used = (kernel.reduce?.extents ?? [])
    .map((extent, index) => ({ extent, variable: rank + index }))
    .filter(({ variable }) => affine.some(({ terms }) => terms.some((term) => term.variable === variable)))
  const last = used.at(-1)
  const before = used.slice(0, -1)
  const tracks = affine.map(({ extent, stride, terms }): Track => {
    const step = (variable: number): number => terms.reduce((sum, term) => sum + (term.variable === variable ? term.coefficient : 0), 0)
    return { extent, stride, outer: before.map(({ variable }) => step(variable)), inner: last ? step(last.variable) : 0 }
  })
  const fixed = affine.map(({ offset, terms }) => ({ offset, terms: terms.filter(({ variable }) => variable < rank) }))
  const extents = before.map(({ extent }) => extent)
  const runs = extents.reduce((total, extent) => total * extent, 1)
  const length = last?.extent ?? 1
  const stride = tracks.reduce((sum, track) => sum + track.stride * track.inner, 0)
  const [digits, starts] = [new Int32Array(extents.length), new Float64Array(axes.length)]

  const addresses: Walk['addresses'] = (variables, into, at) => {
    for (let axis = 0; axis < fixed.length; axis++) {
      const { offset, terms } = fixed[axis]!
      let start = offset
      for (let i = 0; i < terms.length; i++) start += terms[i]!.coefficient * variables[terms[i]!.variable]!
      starts[axis] = start
    }
    for (let run = 0; run < runs; run++, at += length) {
      setCoordinates(digits, 0, extents, run)
      let address = base
      let [low, high] = [0, length]
      for (let axis = 0; axis < tracks.length; axis++) {
        const { extent, stride, outer, inner } = tracks[axis]!
        let coordinate = starts[axis]!
        for (let i = 0; i < outer.length; i++) coordinate += outer[i]! * digits[i]!
        address += stride * coordinate
        if (coordinate >= 0 && coordinate < extent) {
          const end = coordinate + inner * (length - 1)
          if (end >= 0 && end < extent) continue
        }
        // The run crosses a border of the axis, or lies outside of it.
        if (inner === 0) high = 0
        else {
          const [first, beyond] = inner > 0 ? [-coordinate, extent - coordinate] : [coordinate - extent + 1, coordinate + 1]
          low = Math.max(low, Math.ceil(first / Math.abs(inner)))
          high = Math.min(high, Math.ceil(beyond / Math.abs(inner)))
        }
      }
      const [from, to] = low < high ? [low, high] : [0, 0]
      for (let i = 0; i < from; i++) into[at + i] = 0
      for (let i = from; i < to; i++) into[at + i] = address + i * stride
      for (let i = to; i < length; i++) into[at + i] = 0
    }
  }
  return { count: runs * length, along: used, addresses }
}
