import type { GraphNode, Tensor } from '../onnx/types.ts'
import { REARRANGING } from './move.ts'
import type { Network } from './network.ts'

/** What a node does with an input: `moving` hands it on, `keeping` too but for cutting, `index` looks it up for a number. */
export type Use = 'weighted' | 'lookup' | 'index' | 'pair' | 'linear' | 'scores' | 'moving' | 'floats'

/** What the readers of a tensor, together, want it as. @property uniform  one step for all channels */
export type Demand = { readonly [use in 'narrow' | 'index' | 'linear' | 'scores' | 'floats' | 'uniform']: boolean }

const MOVING: readonly string[] = [...REARRANGING, 'MaxPool', 'Relu', 'Clip']
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
export const MEANS: readonly string[] = ['GlobalAveragePool', 'AveragePool', 'ReduceMean']

/** A tensor that is a function of another one, element by element, and the nodes that calculate it. @property curved  not affine */
export type Pointwise = { readonly root: string; readonly nodes: readonly GraphNode[]; readonly curved: boolean }

/** Whether some reader calculates with integers. */
export const wantsIntegers = ({ narrow, index, linear, scores }: Demand): boolean => narrow || index || linear || scores

/** Scores that a softmax alone compares, and perhaps others read as numbers: multiples of 2^-8. */
export const isScore = ({ narrow, index, scores }: Demand): boolean => scores && !narrow && !index
export const SCORE_STEP = 0.00390625

/** Structure of a network: which tensors are functions of one other tensor, and what every reader wants. */
export class Classification {
  readonly #network: Network
  readonly #pointwise = new Map<string, Pointwise>()
  /** Roots of curved functions. */
  readonly #roots = new Set<string>()
  readonly #demands = new Map<string, Demand>()

  constructor(network: Network) {
    this.#network = network
    for (const node of network.nodes) {
      const found = this.#functionOf(node)
      if (!found) continue
      this.#pointwise.set(node.outputs[0]!, found)
      if (found.curved) this.#roots.add(found.root)
    }
  }

  /** The curve that a node is the last of; null where it is none. */
  curveOf(node: GraphNode): Pointwise | null {
    const found = this.#pointwise.get(node.outputs[0]!)
    return found?.curved ? found : null
  }

  demandOf(name: string): Demand {
    const known = this.#demands.get(name)
    if (known) return known
    let demand: Demand = {
      ...{ narrow: false, index: false, linear: false, scores: false, uniform: false },
      floats: this.#network.outputs.some(({ source }) => source === name),
    }
    for (const node of this.#network.readers.get(name) ?? []) demand = joined(demand, this.#wanted(node, name))
    this.#demands.set(name, demand)
    return demand
  }

  #wanted(node: GraphNode, name: string): Demand {
    const use = this.#isPreparation(node, name) ? 'moving' : this.useOf(node, name)
    const none: Demand = { narrow: false, index: false, linear: false, scores: false, floats: false, uniform: false }
    if (use === 'weighted' || use === 'lookup') return { ...none, narrow: true }
    if (use === 'pair') return { ...none, narrow: true, uniform: true }
    if (use === 'moving') return node.outputs.reduce((all, output) => (output === '' ? all : joined(all, this.demandOf(output))), none)
    return { ...none, [use]: true }
  }

  /** An affine function of an input of the model, which goes into the weights of what follows. */
  #isPreparation(node: GraphNode, name: string): boolean {
    if (!this.#network.declared.has(name) || this.useOf(node, name) !== 'linear') return this.#isPrepared(node, name)
    return this.#hasOneComputed(node)
  }

  #isPrepared(node: GraphNode, name: string): boolean {
    const [before] = this.#network.nodes.filter(({ outputs }) => outputs[0] === name)
    if (!before || !this.#hasOneComputed(before) || !this.#hasOneComputed(node) || this.useOf(node, name) !== 'linear') return false
    const source = before.inputs.find((input) => !this.#network.constants.has(input))!
    return this.#isPreparation(before, source)
  }

  #hasOneComputed({ op, inputs }: GraphNode): boolean {
    return ['Add', 'Sub', 'Mul', 'Div'].includes(op) && inputs.filter((input) => !this.#network.constants.has(input)).length === 1
  }

  useOf(node: GraphNode, input: string): Use {
    const { op, domain } = node
    if (domain !== '') return 'floats'
    if (this.#isPartOfCurve(node)) {
      const ends = this.#ends(this.#pointwise.get(node.outputs[0]!)!.root)
      const wanted = ends.map((end) => this.demandOf(end))
      return wanted.every((demand) => !wantsIntegers(demand)) ? 'index' : 'lookup'
    }
    if (MOVING.includes(op)) return node.inputs[0] === input || op === 'Concat' ? 'moving' : 'floats'
    if (op === 'Gather') return node.inputs[0] === input && this.#network.constants.has(node.inputs[1]!) ? 'moving' : 'floats'
    const others = node.inputs.filter((name) => name !== input && name !== '')
    const constants = others.map((name) => this.#network.constants.get(name))
    const known = constants.every((tensor) => tensor !== undefined)
    if (op === 'Conv') return known && node.inputs[0] === input ? 'weighted' : 'floats'
    if (op === 'Gemm' || op === 'MatMul')
      return known && node.inputs[0] === input ? 'weighted' : op === 'MatMul' && !known ? 'pair' : 'floats'
    if (op === 'BatchNormalization' || op === 'Neg') return 'linear'
    if (MEANS.includes(op)) return 'linear'
    if (op === 'Softmax') return 'scores'
    if (op === 'Add' || op === 'Sub' || op === 'Sum') return 'linear'
    if (op === 'Mul' || (op === 'Div' && node.inputs[0] === input)) {
      if (known) return constants.every((tensor) => this.#isRowwise(tensor!, node.outputs[0]!)) ? 'linear' : 'floats'
      return op === 'Mul' ? 'pair' : 'floats'
    }
    return 'floats'
  }

  #isPartOfCurve(node: GraphNode): boolean {
    const found = this.#pointwise.get(node.outputs[0]!)
    return found !== undefined && this.#roots.has(found.root) && this.#ends(found.root).length > 0 && this.#leadsToCurve(node)
  }

  #leadsToCurve(node: GraphNode): boolean {
    const [output] = node.outputs
    if (this.#pointwise.get(output!)!.curved) return true
    return (this.#network.readers.get(output!) ?? []).some(
      (reader) => this.#pointwise.has(reader.outputs[0]!) && this.#leadsToCurve(reader),
    )
  }

  /** Curved functions of a root that somebody else than a further function of it reads. */
  #ends(root: string): string[] {
    return [...this.#pointwise.entries()].flatMap(([name, found]) => {
      if (!found.curved || found.root !== root) return []
      const readers = this.#network.readers.get(name) ?? []
      const outside = readers.some((reader) => this.#pointwise.get(reader.outputs[0]!)?.root !== root)
      return outside || this.#network.outputs.some(({ source }) => source === name) ? [name] : []
    })
  }

  #isRowwise(tensor: Tensor, output: string): boolean {
    return isRowwise(tensor, this.#network.tensors.get(output)!.shape, this.#network.axes.get(output) ?? 0)
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
      if (constant && !this.#isRowwise(constant, outputs[0]!)) return null
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

const joined = (a: Demand, b: Demand): Demand => ({
  narrow: a.narrow || b.narrow,
  index: a.index || b.index,
  linear: a.linear || b.linear,
  scores: a.scores || b.scores,
  floats: a.floats || b.floats,
  uniform: a.uniform || b.uniform,
})

/** Whether a constant is one number, or varies along the axis of channels alone. */
export function isRowwise({ shape }: Pick<Tensor, 'shape'>, target: readonly number[], axis: number): boolean {
  return shape.length <= target.length && shape.every((extent, dim) => extent === 1 || dim + target.length - shape.length === axis)
}
