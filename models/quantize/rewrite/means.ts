/** Pools and means of pictures. */
import type { GraphNode } from '../../onnx/types.ts'
import { int, ints, node, type Site, text } from './site.ts'

/** A mean of pictures keeps its axes, which makes it a convolution; then they are taken off. */
export function spatialMean(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const shape = site.shape(given.inputs[0]!)
  if (given.op !== 'ReduceMean' || shape.length !== 4 || int(given.attributes.keepdims, 1) !== 0) return null
  const axes = site.axes(given)
  if (axes.length !== 2 || !axes.includes(2) || !axes.includes(3)) return null
  const [output] = given.outputs
  const kept = site.fresh(`${output}.kept`)
  return [
    { ...given, name: kept, outputs: [kept], attributes: { ...given.attributes, keepdims: { int: 1 } } },
    site.reshape(kept, output!, shape.slice(0, 2)),
  ]
}

/** The greatest of a picture is that of one window. */
export function globalMaximum(site: Site, given: GraphNode): readonly GraphNode[] | null {
  if (given.op !== 'GlobalMaxPool') return null
  const spatial = site.shape(given.inputs[0]!).slice(2)
  return [{ ...given, op: 'MaxPool', attributes: { kernel_shape: { ints: spatial }, strides: { ints: spatial.map(() => 1) } } }]
}

/** A mean that does not count what is padded is one that does, times how much more there would be, place by place. */
export function unevenMean(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const { op, attributes, inputs, outputs } = given
  const [pads, kernel, strides] = [ints(attributes.pads), ints(attributes.kernel_shape), ints(attributes.strides)]
  const auto = text(attributes.auto_pad, 'NOTSET')
  if (op !== 'AveragePool' || int(attributes.count_include_pad, 0) === 1 || int(attributes.ceil_mode, 0) === 1 || auto !== 'NOTSET')
    return null
  if (!pads.some((pad) => pad > 0) || ints(attributes.dilations).some((gap) => gap !== 1)) return null
  const spatial = site.shape(inputs[0]!).slice(2)
  const sizes = site.shape(outputs[0]!).slice(2)
  // Along each axis, elements of a window over those that are none of the padding.
  const ratios = sizes.map((size, axis) =>
    Array.from({ length: size }, (_, at) => {
      const start = at * (strides[axis] ?? 1) - pads[axis]!
      const inside = Math.min(start + kernel[axis]!, spatial[axis]!) - Math.max(start, 0)
      return kernel[axis]! / inside
    }),
  )
  const factors = ratios.reduce((all, own) => all.flatMap((factor) => own.map((ratio) => factor * ratio)), [1])
  const [output] = outputs
  const even = site.fresh(`${output}.even`)
  return [
    { ...given, name: even, outputs: [even], attributes: { ...attributes, count_include_pad: { int: 1 } } },
    node('Mul', [even, site.floats(`${output}.factors`, [1, 1, ...sizes], factors)], output!),
  ]
}
