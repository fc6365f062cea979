import type { GraphNode, Tensor } from '../../onnx/types.ts'
import type { Network } from './network.ts'

const CURVES: readonly string[] = [
  ...[
    'Sigmoid',
    'Tanh',
    'Exp',
    'Log',
    'Sqrt',
    'Erf',
    'Gelu',
    'Elu',
    'Selu',
    'Celu',
    'Softplus',
    'Softsign',
    'HardSigmoid',
    'HardSwish',
    'LeakyRelu',
  ],
  ...[
    'PRelu',
    'Mish',
    'Abs',
    'Pow',
    'Reciprocal',
    'ThresholdedRelu',
    'Sin',
    'Cos',
    'Atan',
    'Sinh',
    'Cosh',
    'Floor',
    'Ceil',
    'Round',
    'Sign',
  ],
]
const STEADY: readonly string[] = ['Relu', 'Clip', 'Neg', 'Add', 'Sub', 'Mul', 'Div', 'Max', 'Min']

/** A tensor that is a function of another one, element by element, and the nodes that calculate it. @property curved  not affine */
export type Pointwise = { readonly root: string; readonly nodes: readonly GraphNode[]; readonly curved: boolean }

/** Which tensors of a network are functions of one other tensor. */
export class Functions {
  readonly #network: Network
  readonly #pointwise = new Map<string, Pointwise>()
  /** Curved functions by root. */
  readonly #curves = new Map<string, readonly string[]>()

  constructor(network: Network) {
    this.#network = network
    for (const node of network.nodes) {
      const found = this.#functionOf(node)
      const [output] = node.outputs
      if (!found) continue
      this.#pointwise.set(output!, found)
      if (found.curved) this.#curves.set(found.root, [...(this.#curves.get(found.root) ?? []), output!])
    }
  }

  /** The curve that a node is the last of; null where it is none. */
  curveOf(node: GraphNode): Pointwise | null {
    const found = this.#pointwise.get(node.outputs[0]!)
    return found?.curved ? found : null
  }

  /** Of the root whose curves a node is a part of, those that somebody else than a further function of it reads; null for another node. */
  endsOf(node: GraphNode): readonly string[] | null {
    const found = this.#pointwise.get(node.outputs[0]!)
    if (!found || !this.#leadsToCurve(node)) return null
    const ends = this.#endsOf(found.root)
    return ends.length > 0 ? ends : null
  }

  #leadsToCurve(node: GraphNode): boolean {
    const [output] = node.outputs
    if (this.#pointwise.get(output!)!.curved) return true
    return (this.#network.readers.get(output!) ?? []).some(
      (reader) => this.#pointwise.has(reader.outputs[0]!) && this.#leadsToCurve(reader),
    )
  }

  #endsOf(root: string): string[] {
    return (this.#curves.get(root) ?? []).filter((name) => {
      const readers = this.#network.readers.get(name) ?? []
      const outside = readers.some((reader) => this.#pointwise.get(reader.outputs[0]!)?.root !== root)
      return outside || this.#network.outputs.some(({ source }) => source === name)
    })
  }

  #functionOf(node: GraphNode): Pointwise | null {
    const { op, domain, inputs, outputs } = node
    const curve = CURVES.includes(op)
    if (domain !== '' || outputs.length !== 1 || (!curve && !STEADY.includes(op))) return null
    const { constants, tensors } = this.#network
    const shape = tensors.get(outputs[0]!)?.shape.join()
    const computed = inputs.filter((name) => name !== '' && !constants.has(name))
    if (computed.length === 0 || computed.some((name) => tensors.get(name)?.type !== 'f32' || tensors.get(name)!.shape.join() !== shape))
      return null
    for (const name of inputs) {
      const constant = constants.get(name)
      if (constant && !isRowwise(this.#network, constant, outputs[0]!)) return null
    }
    const sources = computed.map((name): Pointwise => {
      const known = this.#network.roles.has(name) ? undefined : this.#pointwise.get(name)
      return known ?? { root: name, nodes: [], curved: false }
    })
    const { root } = sources[0]!
    if (sources.some((source) => source.root !== root)) return null
    const nodes = [...new Set([...sources.flatMap((source) => source.nodes), node])]
    const curved = curve || sources.some((source) => source.curved) || (computed.length > 1 && op !== 'Add' && op !== 'Sub')
    return { root, nodes, curved }
  }
}

/** Whether a constant is one number, or varies along the output's axis of channels alone. */
export function isRowwise({ tensors, axes }: Network, { shape }: Tensor, output: string): boolean {
  const target = tensors.get(output)!.shape
  const axis = axes.get(output) ?? 0
  return shape.length <= target.length && shape.every((extent, dim) => extent === 1 || dim + target.length - shape.length === axis)
}
