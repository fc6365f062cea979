/** Matrix products and convolutions. */
import type { GraphNode } from '../../onnx/types.ts'
import { numbersIn } from '../network/numbers.ts'
import { int, ints, node, type Site, text } from './site.ts'

/** A turned input is turned first. */
export function turnedGemm(site: Site, given: GraphNode): readonly GraphNode[] | null {
  if (given.op !== 'Gemm' || int(given.attributes.transA, 0) === 0 || site.constant(given.inputs[0])) return null
  const turned = site.fresh(`${given.outputs[0]}.turned`)
  return [
    node('Transpose', [given.inputs[0]!], turned, { perm: { ints: [1, 0] } }),
    { ...given, inputs: given.inputs.with(0, turned), attributes: { ...given.attributes, transA: { int: 0 } } },
  ]
}

/** Zeros that are put around a picture are padding of the convolution that reads it. */
export function paddedConvolution(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const padding = given.op === 'Conv' ? site.maker(given.inputs[0]!, 'Pad') : null
  const auto = text(given.attributes.auto_pad, 'NOTSET')
  if (!padding || text(padding.attributes.mode, 'constant') !== 'constant' || (auto !== 'NOTSET' && auto !== 'VALID')) return null
  const rank = site.shape(given.inputs[0]!).length
  const tensor = site.constant(padding.inputs[1])
  const fill = site.opset < 11 ? int(padding.attributes.value, 0) : padding.inputs[2] ? site.number(padding.inputs[2]) : 0
  const named = padding.inputs[3] ? site.constant(padding.inputs[3]) : undefined
  if (fill !== 0 || (padding.inputs[3] && !named) || (site.opset >= 11 && !tensor)) return null
  const amounts = site.opset < 11 ? ints(padding.attributes.pads) : [...numbersIn(tensor!)]
  const axes = named
    ? [...numbersIn(named)].map((axis) => (axis < 0 ? axis + rank : axis))
    : Array.from({ length: rank }, (_, axis) => axis)
  const amount = (axis: number, end: number): number => amounts[axes.indexOf(axis) + end * axes.length] ?? 0
  if (amounts.some((count) => count < 0) || [0, 1].some((axis) => axes.includes(axis) && amount(axis, 0) + amount(axis, 1) !== 0))
    return null
  const own = ints(given.attributes.pads)
  const pads = Array.from({ length: 2 * (rank - 2) }, (_, index) => {
    const axis = 2 + (index % (rank - 2))
    return (own[index] ?? 0) + (axes.includes(axis) ? amount(axis, index < rank - 2 ? 0 : 1) : 0)
  })
  const { auto_pad: _, ...attributes } = given.attributes
  return [{ ...given, inputs: given.inputs.with(0, padding.inputs[0]!), attributes: { ...attributes, pads: { ints: pads } } }]
}
