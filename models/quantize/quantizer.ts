import { encodeModel } from '../onnx/encode.ts'
import type { GraphNode } from '../onnx/types.ts'
import type { Example, Statistics } from './calibrate/calibrate.ts'
import { Replay, replayedOf } from './calibrate/replay.ts'
import type { Context } from './context.ts'
import { emitFloatNode } from './emit/float.ts'
import { Tensors } from './emit/tensors.ts'
import { GraphWriter } from './emit/writer.ts'
import { Classification } from './network/classify.ts'
import type { Network } from './network/network.ts'
import { LEAST_OPSET } from './network/upgrade.ts'
import { integerNode } from './nodes/integer-node.ts'
import { isMove } from './nodes/move.ts'
import { checkOptions, type QuantizeOptions } from './options.ts'
import { Reason } from './reason.ts'
import { keptBecause } from './recurrent/layer.ts'
import type { Layer, Left } from './report.ts'
import type { Code } from './values.ts'

/** A quantised model: an ONNX file, what was made of each layer, and what stays in float. @property codes  by tensor of the float model */
export type Quantized = {
  readonly file: Uint8Array
  readonly layers: readonly Layer[]
  readonly left: readonly Left[]
  readonly codes: ReadonlyMap<string, Code>
}

/**
 * Turns a float network into one of exact integers, node by node.
 * @param examples  what `statistics` were made of, to correct biases by; not those of unrolled cells, whose steps have one bias
 * @throws {OpineError} `QUANTIZE_OPSET` for a float node that newer operator sets do not have so, `QUANTIZE_MODEL`
 */
export function quantizeNetwork(
  network: Network,
  statistics: Statistics,
  options: QuantizeOptions,
  examples: readonly Example[] = [],
): Quantized {
  checkOptions(options)
  const writer = new GraphWriter([...network.declared.keys(), ...network.outputs.map(({ name }) => name)])
  const replayed = network.roles.size > 0 ? [] : examples.slice(0, replayedOf(network, examples.length))
  const context: Context = {
    ...{ network, statistics, options, writer, replay: replayed.length > 0 ? new Replay(network, writer, replayed) : null },
    ...{ uses: new Classification(network), values: new Map(), layers: [], left: [], codes: new Map() },
  }
  for (const [name, { type, shape }] of network.declared) {
    if (type === 'f16') context.values.set(name, { kind: 'floats', name: writer.cast(name, 'f32', `${name}.f32`), shape })
    else context.values.set(name, { kind: type === 'f32' ? 'floats' : 'others', name, shape })
  }
  const tensors = new Tensors(context)
  for (const node of network.nodes) visit(context, node, tensors)
  const outputs = network.outputs.map(({ name, source }) => output(context, name, source, tensors))
  const file = encodeModel({
    name: network.model.graph.name,
    opset: Math.max(LEAST_OPSET, network.opset),
    domains: Object.fromEntries(Object.entries(network.model.opsets).filter(([domain]) => domain !== '')),
    inputs: [...network.declared].map(([name, { type, shape }]) => ({ name, type, shape })),
    outputs: [...outputs, ...(options.expose ? exposed(context) : [])],
    nodes: writer.nodes,
    initializers: [...writer.tensors.values()],
  })
  return { file, layers: context.layers, left: context.left, codes: context.codes }
}

const exposed = ({ codes }: Context) => [...codes.values()].map(({ name, shape }) => ({ name, type: 'f32' as const, shape }))

/** What the node gives: integers, or what it gave, in float. */
function visit(context: Context, node: GraphNode, tensors: Tensors): void {
  const made = integerNode(context, node, tensors)
  if (made !== null && !(made instanceof Reason)) {
    for (const [name, value] of made) context.values.set(name, value)
    return
  }
  const reason = (made instanceof Reason ? made : keptBecause(context.network, node)).text
  const counted = !isMove(node) && node.outputs.some((name) => ['f32', 'f16'].includes(context.network.tensors.get(name)?.type ?? ''))
  if (counted) context.left.push({ node: node.name || node.outputs[0]!, operator: node.op, reason })
  for (const own of context.network.originals.get(node.outputs[0]!) ?? [node])
    for (const [name, value] of emitFloatNode(context, own, (input) => tensors.number(input))) context.values.set(name, value)
}

/** An output of the model, under its name. */
function output({ writer, network }: Context, name: string, source: string, tensors: Tensors) {
  const { type, shape } = network.tensors.get(source)!
  const constant = network.constants.get(source)
  writer.add({
    op: 'Identity',
    name: writer.fresh(`${name}.output`),
    inputs: [constant ? writer.copied(constant) : tensors.number(source)],
    outputs: [name],
  })
  return { name, type: type === 'f16' ? ('f32' as const) : type, shape }
}
