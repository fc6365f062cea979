import { packTensor } from '../../onnx/encode.ts'
import type { GraphNode } from '../../onnx/types.ts'
import { evaluateNodes } from '../network/evaluate.ts'
import { numbersIn } from '../network/numbers.ts'
import { node, type Site, text } from './site.ts'

/** Operator sets up to 8 have scales as an attribute, which newer ones do not: whole ones are repetitions. */
export function repeated(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const { op, inputs, outputs, attributes } = given
  const { scales } = attributes
  const [output] = outputs as [string]
  const from = site.shape(inputs[0]!)
  if (op !== 'Upsample' || text(attributes.mode, 'nearest') !== 'nearest' || !scales || !('floats' in scales)) return null
  if (scales.floats.some((scale) => scale < 1 || !Number.isInteger(scale))) return null
  const [apart, tiled] = [site.fresh(`${output}.apart`), site.fresh(`${output}.tiled`)]
  return [
    site.reshape(
      inputs[0]!,
      apart,
      from.flatMap((extent) => [extent, 1]),
    ),
    node(
      'Tile',
      [
        apart,
        site.integers(
          `${output}.repeats`,
          scales.floats.flatMap((scale) => [1, scale]),
        ),
      ],
      tiled,
    ),
    site.reshape(tiled, output, site.shape(output)),
  ]
}

/** Weights of an axis, from extent to extent; beyond it, the node stays as it is. */
const MOST_WEIGHTS = 65_536

/** A bilinear or cubic resize is a matrix product along each axis, whose weights our own executor gives for one element after the other. */
export function smoothResize(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const { op, inputs, outputs, attributes } = given
  const mode = text(attributes.mode, 'nearest')
  const odd = attributes.axes !== undefined || attributes.keep_aspect_ratio_policy !== undefined
  if ((op !== 'Resize' && op !== 'Upsample') || (mode !== 'linear' && mode !== 'cubic' && mode !== 'bilinear') || odd) return null
  const [output] = outputs as [string]
  const [from, to] = [site.shape(inputs[0]!), site.shape(output)]
  if (
    from.length !== 4 ||
    from[0] !== to[0] ||
    from[1] !== to[1] ||
    text(attributes.coordinate_transformation_mode, '') === 'tf_crop_and_resize'
  )
    return null
  if ([2, 3].some((axis) => from[axis]! * to[axis]! > MOST_WEIGHTS)) return null
  const made: GraphNode[] = []
  const swapped = { perm: { ints: [0, 1, 3, 2] } }
  let current = inputs[0]!
  const add = (kind: string, operands: readonly string[], own: GraphNode['attributes'] = {}): void => {
    const name = site.fresh(`${output}.${kind}`)
    made.push(node(kind, [current, ...operands], name, own))
    current = name
  }
  for (const axis of [3, 2]) {
    const [extent, wanted] = [from[axis]!, to[axis]!]
    const weights = weightsOf(site, given, axis, wanted)
    if (!weights) return null
    if (axis === 2) add('Transpose', [], swapped)
    add('MatMul', [site.floats(`${output}.weights`, [extent, wanted], weights)])
    if (axis === 2) add('Transpose', [], swapped)
  }
  const last = made.at(-1)!
  return [...made.slice(0, -1), { ...last, name: output, outputs: [output] }]
}

/** What each element of an axis gives to each of the wider or narrower one, row-major; null where scales are computed. */
function weightsOf(site: Site, given: GraphNode, axis: number, wanted: number): Float32Array | null {
  const extent = site.shape(given.inputs[0]!)[axis]!
  const { scales: written, ...attributes } = given.attributes
  const known = site.opset < 11 ? site.constant(given.inputs[1]) : site.constant(given.inputs[2])
  const sizes = site.opset < 11 ? undefined : site.constant(given.inputs[3])
  const scales =
    known && known.shape[0] === 4 ? numbersIn(known) : written && 'floats' in written ? Float64Array.from(written.floats) : null
  const ones = scales && [1, 1, 1, scales[axis]!]
  if (!ones && !sizes) return null
  const form = ones
    ? packTensor({ name: 'form', type: 'f32', shape: [4], data: ones })
    : packTensor({ name: 'form', type: 'i64', shape: [4], data: [1n, 1n, BigInt(extent), BigInt(wanted)] })
  const places = site.opset < 11 ? ['x', 'form'] : ones ? ['x', '', 'form'] : ['x', '', '', 'form']
  const single = given.op === 'Upsample' && site.opset < 9
  const resize: GraphNode = {
    ...node(given.op, single ? ['x'] : places, 'y'),
    attributes: single && ones ? { ...attributes, scales: { floats: ones } } : attributes,
  }
  const data = Float32Array.from({ length: extent * extent }, (_, at) => (at % extent === Math.floor(at / extent) ? 1 : 0))
  const result = evaluateNodes([resize], { x: { shape: [1, 1, extent, extent], data } }, single ? [] : [form], 'y', site.opset)
  return result.shape[3] === wanted ? result.data : null
}
