/** Scales that are calculated with each input: products of floats again, whose weights are the integers. */
import type { GraphNode, Model } from '../../onnx/types.ts'
import { Forms } from './forms.ts'
import { int } from './site.ts'

const PRODUCTS: Readonly<Record<string, string>> = { MatMulInteger: 'MatMul', ConvInteger: 'Conv' }
const FLOAT = 1

/**
 * A model in which what DynamicQuantizeLinear quantised for products of integers is multiplied as it is: its scale is 1 then. Left alone where somebody
 * else reads the integers.
 */
export function withoutDynamicScales(model: Model): Model {
  const { graph } = model
  if (!graph.nodes.some(({ op }) => op === 'DynamicQuantizeLinear')) return model
  const readers = (name: string): GraphNode[] => graph.nodes.filter(({ inputs }) => inputs.includes(name))
  const given = new Set(graph.outputs.map(({ name }) => name))
  const known = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]))
  /** Whether the sums of a product are numbers at once, with nothing else to do with them. */
  const isProduct = (node: GraphNode, zero: string): boolean =>
    node.op in PRODUCTS &&
    node.inputs[2] === zero &&
    known.has(node.inputs[1]!) &&
    (!node.inputs[3] || known.has(node.inputs[3])) &&
    !given.has(node.outputs[0]!) &&
    readers(node.outputs[0]!).every(({ op, attributes }) => op === 'Cast' && int(attributes.to, 0) === FLOAT)
  const sources = new Map<string, string>()
  for (const { op, inputs, outputs } of graph.nodes) {
    const [integers, scale, zero] = outputs as [string, string, string]
    if (op !== 'DynamicQuantizeLinear' || outputs.some((name) => given.has(name))) continue
    const products = readers(integers)
    if (products.every((node) => isProduct(node, zero)) && readers(zero).every((node) => products.includes(node))) {
      sources.set(integers, inputs[0]!)
      sources.set(scale, '')
    }
  }
  const forms = new Forms(model)
  for (const node of graph.nodes) {
    const [first = ''] = node.inputs
    const [output = '', scale = ''] = node.outputs
    if (node.op === 'DynamicQuantizeLinear' && sources.has(output)) forms.add('Identity', [forms.ones(`${scale}.one`, [])], scale)
    else if (node.op in PRODUCTS && sources.has(first)) {
      const [, weights, , zero = ''] = node.inputs as [string, string, string, string?]
      const columns = zero === '' ? 1 : known.get(zero)!.shape.reduce((a, b) => a * b, 1)
      const real = forms.real(weights, forms.ones(`${weights}.one`, columns > 1 ? [columns] : []), zero, node.op === 'ConvInteger' ? 0 : 1)
      forms.add(PRODUCTS[node.op]!, [sources.get(first)!, real], output, node.attributes)
    } else forms.nodes.push(node)
  }
  return { ...model, graph: { ...graph, nodes: forms.nodes, initializers: [...graph.initializers, ...forms.tensors] } }
}
