import type { GraphNode } from '../../onnx/types.ts'
import { isMove, isRearranging } from '../nodes/move.ts'
import { axesBehind } from './along.ts'
import type { Network } from './network.ts'
import { Functions, isRowwise, type Pointwise } from './pointwise.ts'

/** What a node does with an input: `moving` hands it on, `index` looks it up for a number, `compared` wants one step for all channels. */
export type Use = 'weighted' | 'lookup' | 'index' | 'pair' | 'linear' | 'compared' | 'scores' | 'moving' | 'floats'

/** What the readers of a tensor, together, want it as. @property uniform  one step for all channels */
export type Demand = { readonly [use in 'narrow' | 'index' | 'linear' | 'scores' | 'floats' | 'uniform']: boolean }

const MOVING: readonly string[] = ['MaxPool', 'Relu', 'Clip', 'Neg']
export const MEANS: readonly string[] = ['GlobalAveragePool', 'AveragePool', 'ReduceMean', 'ReduceSum']

/** Whether some reader calculates with integers. */
export const wantsIntegers = ({ narrow, index, linear, scores }: Demand): boolean => narrow || index || linear || scores

/** Scores that a softmax alone compares, and perhaps others read as numbers: multiples of 2^-8. */
export const isScore = ({ narrow, index, scores }: Demand): boolean => scores && !narrow && !index
export const SCORE_STEP = 0.00390625

/** Structure of a network: which tensors are functions of one other tensor, and what every reader wants. */
export class Classification {
  readonly #network: Network
  readonly #functions: Functions
  /** Nodes by their first output. */
  readonly #makers: ReadonlyMap<string, GraphNode>
  readonly #demands = new Map<string, Demand>()

  constructor(network: Network) {
    this.#network = network
    this.#functions = new Functions(network)
    this.#makers = new Map(network.nodes.map((node) => [node.outputs[0]!, node]))
  }

  /** The curve that a node is the last of; null where it is none. */
  curveOf(node: GraphNode): Pointwise | null {
    return this.#functions.curveOf(node)
  }

  demandOf(name: string): Demand {
    const known = this.#demands.get(name)
    if (known) return known
    let demand: Demand = {
      ...{ narrow: false, index: false, linear: false, scores: false, uniform: false },
      floats: this.#network.outputs.some(({ source }) => source === name),
    }
    for (const node of this.#network.readers.get(name) ?? []) demand = joined(demand, this.#wanted(node, name))
    const maker = this.#makers.get(name)
    // What was moved has the steps of what it was before.
    const axis = maker && (isMove(maker) || maker.op === 'MaxPool' || maker.op === 'Neg') ? undefined : this.#network.axes.get(name)
    if (wantsIntegers(demand) && !demand.uniform && axis !== undefined && !this.staysAlong(name, [axis]))
      demand = { ...demand, uniform: true }
    this.#demands.set(name, demand)
    return demand
  }

  /** Whether every reader that calculates finds steps that vary along these axes where it takes them, behind what moves elements. */
  staysAlong(name: string, among: readonly number[]): boolean {
    const key = `${among} ${name}`
    const known = this.#along.get(key) ?? this.#isTakenAlong(name, among)
    this.#along.set(key, known)
    return known
  }

  readonly #along = new Map<string, boolean>()

  #isTakenAlong(name: string, among: readonly number[]): boolean {
    const { tensors, axes, readers } = this.#network
    const { shape } = tensors.get(name)!
    const varying = among.filter((dim) => shape[dim] !== 1)
    const isAlong = (axis: number | undefined): boolean => varying.every((dim) => dim === axis)
    if (varying.length === 0) return true
    return (readers.get(name) ?? []).every((node) => {
      const use = this.#isPreparation(node, name) ? 'moving' : this.useOf(node, name)
      if (use === 'weighted') return isAlong(node.op === 'Gemm' || node.op === 'MatMul' ? shape.length - 1 : 1)
      if (use === 'lookup' || use === 'index') return isAlong(axes.get(this.curveOf(node)?.root ?? name))
      if (use === 'linear') return isAlong(axes.get(MEANS.includes(node.op) ? name : node.outputs[0]!))
      if (use === 'moving' && node.op === 'MaxPool' && !isAlong(1)) return !wantsIntegers(this.demandOf(node.outputs[0]!))
      if (use !== 'moving') return use === 'floats'
      return node.outputs.every((output) => {
        if (output === '' || !wantsIntegers(this.demandOf(output))) return true
        return this.staysAlong(output, axesBehind(this.#network, node, name, output, varying))
      })
    })
  }

  #wanted(node: GraphNode, name: string): Demand {
    const use = this.#isPreparation(node, name) ? 'moving' : this.useOf(node, name)
    const none: Demand = { narrow: false, index: false, linear: false, scores: false, floats: false, uniform: false }
    if (use === 'weighted' || use === 'lookup') return { ...none, narrow: true }
    if (use === 'pair') return { ...none, narrow: true, uniform: true }
    if (use === 'linear' && this.#isSpread(node, name)) return { ...none, linear: true, uniform: true }
    if (use === 'compared') return { ...none, linear: true, uniform: true }
    if (use === 'moving') return node.outputs.reduce((all, output) => (output === '' ? all : joined(all, this.demandOf(output))), none)
    return { ...none, [use]: true }
  }

  /** Whether a sum takes the tensor several times. */
  #isSpread({ op, outputs }: GraphNode, name: string): boolean {
    const { tensors } = this.#network
    return ['Add', 'Sub', 'Sum'].includes(op) && tensors.get(name)!.shape.join() !== tensors.get(outputs[0]!)!.shape.join()
  }

  /** An affine function of an input of the model, which goes into the weights of what follows. */
  #isPreparation(node: GraphNode, name: string): boolean {
    if (!this.#network.declared.has(name) || this.useOf(node, name) !== 'linear') return this.#isPrepared(node, name)
    return this.#hasOneComputed(node)
  }

  #isPrepared(node: GraphNode, name: string): boolean {
    const before = this.#makers.get(name)
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
    const ends = this.#functions.endsOf(node)
    if (ends) return ends.every((end) => !wantsIntegers(this.demandOf(end))) ? 'index' : 'lookup'
    if (MOVING.includes(op) || isRearranging(node)) return node.inputs[0] === input || op === 'Concat' ? 'moving' : 'floats'
    if (op === 'Gather') return node.inputs[0] === input && this.#network.constants.has(node.inputs[1]!) ? 'moving' : 'floats'
    const others = node.inputs.filter((name) => name !== input && name !== '')
    const constants = others.map((name) => this.#network.constants.get(name))
    const known = constants.every((tensor) => tensor !== undefined)
    if (op === 'Conv' || op === 'ConvTranspose') return known && node.inputs[0] === input ? 'weighted' : 'floats'
    if (op === 'Gemm' || op === 'MatMul')
      return known && node.inputs[0] === input ? 'weighted' : op === 'MatMul' && !known ? 'pair' : 'floats'
    if (op === 'BatchNormalization') return 'linear'
    if (MEANS.includes(op)) return 'linear'
    if (op === 'Softmax' || op === 'LogSoftmax') return 'scores'
    if (op === 'LayerNormalization' || op === 'RMSNormalization') return node.inputs[0] === input ? 'compared' : 'floats'
    if (op === 'Add' || op === 'Sub' || op === 'Sum') return 'linear'
    if (op === 'Mul' || (op === 'Div' && node.inputs[0] === input)) {
      if (known && constants.every((tensor) => isRowwise(this.#network, tensor!, node.outputs[0]!))) return 'linear'
      return op === 'Mul' ? 'pair' : 'floats'
    }
    return 'floats'
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
