import type { GraphNode } from '../../onnx/types.ts'
import type { Network } from '../network/network.ts'
import { numbersIn } from '../network/numbers.ts'
import { Reason } from '../reason.ts'

export const CELLS: Readonly<Record<string, { readonly gates: number; readonly activations: readonly string[] }>> = {
  RNN: { gates: 1, activations: ['tanh'] },
  GRU: { gates: 3, activations: ['sigmoid', 'tanh'] },
  LSTM: { gates: 4, activations: ['sigmoid', 'tanh', 'tanh'] },
}

/** Each step is some twenty kernels, calibrated and certified one by one. */
const MOST_STEPS = 512

/**
 * A recurrent node as it is unrolled. Weights are row-major: `w` [D, G H, I], `r` [D, G H, H], `bias` [D, 2, G H], of input and recurrence.
 * @property states  names of the initial states h and c; null for zeros
 */
export type Layer = {
  readonly node: GraphNode
  readonly steps: number
  readonly items: number
  readonly width: number
  readonly units: number
  readonly gates: number
  /** For each direction, whether it starts at the last step. */
  readonly reverse: readonly boolean[]
  readonly w: Float64Array
  readonly r: Float64Array
  readonly bias: Float64Array
  readonly states: readonly (string | null)[]
  /** Whether the reset gate of a GRU acts on the product, which has a bias of its own then. */
  readonly resetsAfter: boolean
}

/** Of an RNN, GRU or LSTM what unrolling wants, or why it stays as it is; null for another node. */
export function layerOf({ constants, tensors }: Pick<Network, 'constants' | 'tensors'>, node: GraphNode): Layer | Reason | null {
  const { op, domain, inputs, attributes } = node
  const cell = Object.hasOwn(CELLS, op) && domain === '' ? CELLS[op]! : null
  if (!cell) return null
  const text = (name: string, fallback: string): string => {
    const attribute = attributes[name]
    return attribute && 'string' in attribute ? attribute.string.toLowerCase() : fallback
  }
  const flag = (name: string): boolean => {
    const attribute = attributes[name]
    return attribute !== undefined && 'int' in attribute && attribute.int === 1
  }
  const direction = text('direction', 'forward')
  const reverse = direction === 'bidirectional' ? [false, true] : [direction === 'reverse']
  const { activations } = attributes
  const wanted = reverse.flatMap(() => cell.activations)
  if (
    activations &&
    'strings' in activations &&
    activations.strings.length > 0 &&
    activations.strings.join().toLowerCase() !== wanted.join()
  )
    return new Reason(`its activations are ${activations.strings.join(', ')}; ${wanted.join(', ')} have tables`)
  if (attributes.clip) return new Reason('it clips its gates')
  if (flag('layout')) return new Reason('its batch comes first')
  if (flag('input_forget')) return new Reason('its input and forget gates are coupled')
  if (inputs[7]) return new Reason('it has peepholes')
  const { type, shape } = tensors.get(inputs[0]!)!
  if (type !== 'f32') return new Reason(`it reads ${type}`)
  const [steps, items, width] = shape as [number, number, number]
  if (steps > MOST_STEPS) return new Reason(`it has ${steps} steps; ${MOST_STEPS} are unrolled at most`)
  const [w, r, bias, lengths] = [1, 2, 3, 4].map((at) => constants.get(inputs[at] ?? ''))
  if (!w || !r || (inputs[3] && !bias)) return new Reason('its weights are computed')
  if (inputs[4] && !(lengths && numbersIn(lengths).every((length) => length === steps)))
    return new Reason('its sequences may be shorter than its input')
  const units = r.shape[2]!
  const { gates } = cell
  const states: (string | null)[] = []
  for (const name of gates === 4 ? [inputs[5], inputs[6]] : [inputs[5]]) {
    const constant = constants.get(name ?? '')
    if (constant && numbersIn(constant).some((value) => value !== 0)) return new Reason('an initial state is a constant other than 0')
    states.push(name && !constant ? name : null)
  }
  return {
    ...{ node, steps, items, width, units, gates, reverse, states, resetsAfter: op === 'GRU' && flag('linear_before_reset') },
    ...{ w: numbersIn(w), r: numbersIn(r), bias: bias ? numbersIn(bias) : new Float64Array(reverse.length * 2 * gates * units) },
  }
}

/** Why a node that has no integer form stays in float. */
export function keptBecause(network: Network, node: GraphNode): Reason {
  const layer = layerOf(network, node)
  return layer instanceof Reason ? layer : new Reason(`${node.op} has no integer form`)
}
