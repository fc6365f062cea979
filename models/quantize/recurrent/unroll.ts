import type { Graph, GraphNode } from '../../onnx/types.ts'
import type { Network } from '../network/network.ts'
import { Reason } from '../reason.ts'
import { type Cell, gru, lstm, rnn, type State, type Step } from './cells.ts'
import { Elementary } from './elementary.ts'
import { type Layer, layerOf } from './layer.ts'
import { rolesOf } from './layer-roles.ts'
import type { Role } from './roles.ts'

/** A graph whose recurrent nodes are elementary ones, step after step, and what their tensors are. */
export type Unrolled = { readonly graph: Graph; readonly roles: ReadonlyMap<string, Role> }

/** Unrolls what can be; null where nothing can. */
export function unrolled({ model: { graph }, constants, tensors, opset }: Network): Unrolled | null {
  const roles = new Map<string, Role>()
  const added = new Map<string, Graph['initializers'][number]>()
  const names = [...graph.inputs, ...graph.initializers].map(({ name }) => name).concat(graph.nodes.flatMap(({ outputs }) => outputs))
  const nodes = graph.nodes.flatMap((node) => {
    const layer = layerOf({ constants, tensors }, node)
    if (layer === null || layer instanceof Reason) return [node]
    const elementary = new Elementary(freeLabel(node, names), opset)
    unroll(elementary, layer)
    for (const [name, role] of elementary.roles) roles.set(name, role)
    for (const [name, tensor] of elementary.tensors) added.set(name, tensor)
    return elementary.nodes
  })
  return roles.size === 0 ? null : { graph: { ...graph, nodes, initializers: [...graph.initializers, ...added.values()] }, roles }
}

/** A label that no name of the model begins with. */
function freeLabel({ outputs }: GraphNode, names: readonly string[]): string {
  let label = outputs.find((name) => name !== '') ?? 'cell'
  while (names.some((name) => name.startsWith(`${label}.`))) label += "'"
  return label
}

const cellOf = ({ node: { op }, resetsAfter }: Layer): Cell => (op === 'LSTM' ? lstm : op === 'GRU' ? gru(resetsAfter) : rnn)

/** The outputs of the node, Y [T, D, B, H], Y_h and Y_c [D, B, H], as far as they have names. */
function unroll(graph: Elementary, layer: Layer): void {
  const { node, steps, items, units, reverse } = layer
  const [y = '', ...last] = node.outputs
  const whole: string[] = []
  const states: State[] = []
  for (const [direction, back] of reverse.entries()) {
    const own = `${graph.label}.${back ? 'back' : 'forth'}`
    const all = overSteps(graph, layer, direction, own)
    const inTime = back ? all.toReversed() : all
    const hs = inTime.map(({ h }) => h!)
    const shape = [steps, 1, items, units]
    if (y !== '') whole.push(graph.reshape(graph.concat(hs, `${own}.all`, 0), reverse.length === 1 ? y : `${own}.y`, shape))
    states.push(all.at(-1)!)
  }
  if (y !== '' && whole.length > 1) graph.concat(whole, y, 1)
  for (const [index, output] of last.entries()) {
    if (output === '') continue
    const names = states.map((state) => (index === 0 ? state.h! : state.c!))
    const joined = names.length === 1 ? names[0]! : graph.concat(names, `${graph.label}.joined.${index}`, 0)
    graph.reshape(joined, output, [reverse.length, items, units])
  }
}

/** The states after each step of a direction, in the order of calculation. */
function overSteps(graph: Elementary, layer: Layer, direction: number, label: string): State[] {
  const { node, steps, items, width, units, gates, reverse, resetsAfter } = layer
  const rows = gates * units
  const turned = (from: Float64Array, depth: number, first: number, count: number): Float64Array => {
    const start = (direction * rows + first) * depth
    return Float64Array.from({ length: depth * count }, (_, at) => from[start + (at % count) * depth + Math.floor(at / count)]!)
  }
  const inputs = graph.node(
    'MatMul',
    [node.inputs[0]!, graph.constant(`${label}.w`, [width, rows], turned(layer.w, width, 0, rows))],
    `${label}.x`,
  )
  const bias: Step['bias'] = (first, end, part) => {
    const values = Float64Array.from({ length: (end - first) * units }, (_, at) => {
      const [ofInput, ofState] = [0, 1].map((half) => layer.bias[(2 * direction + half) * rows + first * units + at]!) as [number, number]
      return part === 'input' ? ofInput : part === 'state' ? ofState : ofInput + ofState
    })
    return graph.constant(`${label}.b.${first}.${end}.${part}`, [values.length], values)
  }
  const times: Step['times'] = (first, end) => {
    const count = (end - first) * units
    return graph.constant(`${label}.r.${first}.${end}`, [units, count], turned(layer.r, units, first * units, count))
  }
  const given = layer.states.map((name, index) => name && initial(graph, name, layer, direction, `${label}.${'hc'[index]}`))
  const at = (step: number): string => `${label}.${step}`
  const roles = rolesOf(layer, { inputs, label, given, bias: resetsAfter ? greatest(layer.bias) : 0 })
  graph.roles.set(inputs, roles.input)
  if (given[0]) graph.roles.set(given[0], roles.state)
  if (given[1]) graph.roles.set(given[1], roles.cell)
  const result: State[] = []
  let state: State = { h: given[0] ?? null, c: given[1] ?? null }
  for (let step = 0; step < steps; step += 1) {
    const time = reverse[direction] ? steps - 1 - step : step
    const row = graph.reshape(graph.slice(inputs, `${at(step)}.row`, 0, time, time + 1), `${at(step)}.x`, [items, rows])
    const input: Step['input'] = (first, end) =>
      end - first === gates ? row : graph.slice(row, `${at(step)}.x.${first}.${end}`, 1, first * units, end * units)
    state = cellOf(layer)({ graph, label: at(step), units, roles, input, times, bias }, state)
    result.push(state)
  }
  return result
}

/** An initial state of a direction, times 1: so that it has the steps of the states that follow. */
function initial(graph: Elementary, name: string, { reverse, items, units }: Layer, direction: number, label: string): string {
  const own = reverse.length === 1 ? name : graph.slice(name, `${label}.own`, 0, direction, direction + 1)
  const flat = graph.reshape(own, `${label}.flat`, [items, units])
  return graph.node('Mul', [flat, graph.one()], `${label}.first`)
}

const greatest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
