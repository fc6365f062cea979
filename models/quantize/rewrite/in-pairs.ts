/** Operators of integers as those of floats between DequantizeLinear and QuantizeLinear, which is what they are. */
import type { GraphNode, Model } from '../../onnx/types.ts'
import { Forms } from './forms.ts'
import { int } from './site.ts'

/** What a node is in floats, added to `forms`; the sources of its inputs and of what it gives are told by their scales. */
type Writer = (forms: Forms, node: GraphNode, output: string) => void

/** Places of scale, zero point and integers in the inputs, three each, then scale and zero point of the output. */
const real = (forms: Forms, { inputs }: GraphNode, at: number, axis?: number): string =>
  forms.real(inputs[at]!, inputs[at + 1]!, inputs[at + 2] ?? '', axis)
const scaleAt = ({ inputs }: GraphNode, at: number): readonly [string, string] => [inputs[at]!, inputs[at + 1] ?? '']

/** Of one tensor of integers: the operator of floats. */
const unary =
  (op: string): Writer =>
  (forms, node, output) => {
    const made = forms.add(op, [real(forms, node, 0)], forms.fresh(`${output}.float`), node.attributes)
    forms.quantized(made, scaleAt(node, 3), output)
  }

const binary =
  (op: string): Writer =>
  (forms, node, output) => {
    const made = forms.add(op, [real(forms, node, 0), real(forms, node, 3)], forms.fresh(`${output}.float`))
    forms.quantized(made, scaleAt(node, 6), output)
  }

/** A bias of int32 is in units of the product of both scales. */
function biasOf(forms: Forms, { inputs }: GraphNode, at: number): string[] {
  if (!inputs[at]) return []
  const unit = forms.add('Mul', [inputs[1]!, inputs[4]!], forms.fresh(`${inputs[at]}.unit`))
  return [forms.real(inputs[at]!, unit, '', 0)]
}

const WRITERS: Readonly<Record<string, Writer>> = {
  QLinearConv: (forms, node, output) => {
    const made = forms.fresh(`${output}.float`)
    forms.add('Conv', [real(forms, node, 0), real(forms, node, 3, 0), ...biasOf(forms, node, 8)], made, node.attributes)
    forms.quantized(made, scaleAt(node, 6), output)
  },
  QLinearMatMul: (forms, node, output) => {
    const made = forms.add('MatMul', [real(forms, node, 0), real(forms, node, 3, 1)], forms.fresh(`${output}.float`))
    forms.quantized(made, scaleAt(node, 6), output)
  },
  'com.microsoft.QGemm': (forms, node, output) => {
    const axis = int(node.attributes.transB, 0) === 0 ? 1 : 0
    const made = forms.fresh(`${output}.float`)
    forms.add('Gemm', [real(forms, node, 0), real(forms, node, 3, axis), ...biasOf(forms, node, 6)], made, node.attributes)
    if (node.inputs[7]) forms.quantized(made, scaleAt(node, 7), output)
    else forms.add('Identity', [made], output)
  },
  'com.microsoft.QLinearAdd': binary('Add'),
  'com.microsoft.QLinearMul': binary('Mul'),
  'com.microsoft.QLinearSigmoid': unary('Sigmoid'),
  'com.microsoft.QLinearLeakyRelu': unary('LeakyRelu'),
  'com.microsoft.QLinearGlobalAveragePool': unary('GlobalAveragePool'),
  'com.microsoft.QLinearAveragePool': unary('AveragePool'),
  'com.microsoft.QLinearSoftmax': unary('Softmax'),
  'com.microsoft.QLinearConcat': (forms, node, output) => {
    const parts = Array.from({ length: Math.floor((node.inputs.length - 2) / 3) }, (_, part) => real(forms, node, 2 + 3 * part))
    const made = forms.add('Concat', parts, forms.fresh(`${output}.float`), node.attributes)
    forms.quantized(made, scaleAt(node, 0), output)
  },
}

/** Operators that leave integers what they are. */
const MOVING: readonly string[] = [
  'MaxPool',
  'Reshape',
  'Flatten',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Slice',
  'Concat',
  'Identity',
  'Resize',
]

/** A model without operators of integers but those of pairs. The same model where there are none. */
export function inPairs(model: Model): Model {
  const { graph } = model
  const keyOf = ({ op, domain }: GraphNode): string => (domain === '' ? op : `${domain}.${op}`)
  const isLast = ({ attributes }: GraphNode): boolean => int(attributes.channels_last, 0) === 1
  if (!graph.nodes.some((node) => keyOf(node) in WRITERS)) return model
  const forms = new Forms(model)
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs
    const writer = isLast(node) ? undefined : WRITERS[keyOf(node)]
    const [scale, ...others] = (node.op === 'Concat' ? node.inputs : node.inputs.slice(0, 1)).map((name) => forms.scales.get(name))
    if (node.op === 'QuantizeLinear' && node.domain === '') forms.scales.set(output, scaleAt(node, 1))
    if (writer) writer(forms, node, output)
    else if (scale && MOVING.includes(node.op) && node.outputs.length === 1 && others.every((other) => other?.join() === scale.join())) {
      const count = others.length + 1
      const floats = node.inputs.map((name, at) => (at < count ? forms.real(name, ...scale) : name))
      forms.quantized(forms.add(node.op, floats, forms.fresh(`${output}.float`), node.attributes), scale, output)
    } else forms.nodes.push(node)
  }
  const { [CONTRIBUTED]: _, ...opsets } = model.opsets
  const still = forms.nodes.some(({ domain }) => domain === CONTRIBUTED)
  return {
    ...model,
    opsets: still ? model.opsets : opsets,
    graph: { ...graph, nodes: forms.nodes, initializers: [...graph.initializers, ...forms.tensors] },
  }
}

/** The domain of operators that ONNX Runtime adds. */
const CONTRIBUTED = 'com.microsoft'
