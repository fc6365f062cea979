import { OpineError } from '@opine/dispute-game/errors.ts'
import { encodeModel } from '../onnx/encode.ts'
import type { GraphNode, Tensor } from '../onnx/types.ts'
import { nearest } from './binary.ts'
import type { Statistics } from './calibrate.ts'
import { Classification, wantsIntegers } from './classify.ts'
import type { Context } from './context.ts'
import { embedding } from './embedding.ts'
import { floatsOf, gridConstant, quantizeFloats, stored } from './emit-code.ts'
import { emitFloatNode } from './emit-float.ts'
import { emitRegion } from './emit-region.ts'
import { linearNode } from './linear.ts'
import { emitLookup } from './lookup.ts'
import { MOVES, movedSteps } from './move.ts'
import type { Network } from './network.ts'
import { numbersIn } from './numbers.ts'
import { checkOptions, type QuantizeOptions } from './options.ts'
import { Reason } from './reason.ts'
import { keptBecause } from './recurrent/layer.ts'
import type { Layer, Left } from './report.ts'
import { emitSoftmax } from './softmax.ts'
import type { Take } from './take.ts'
import { LEAST_OPSET } from './upgrade.ts'
import type { Code, Floats, Region, Value } from './values.ts'
import { GraphWriter } from './writer.ts'

/** A quantised model: an ONNX file, what was made of each layer, and what stays in float. @property codes  by tensor of the float model */
export type Quantized = {
  readonly file: Uint8Array
  readonly layers: readonly Layer[]
  readonly left: readonly Left[]
  readonly codes: ReadonlyMap<string, Code>
}

/**
 * Turns a float network into one of exact integers, node by node.
 * @throws {OpineError} `QUANTIZE_OPSET` for a float node that newer operator sets do not have so, `QUANTIZE_MODEL`
 */
export function quantizeNetwork(network: Network, statistics: Statistics, options: QuantizeOptions): Quantized {
  checkOptions(options)
  const writer = new GraphWriter([...network.declared.keys(), ...network.outputs.map(({ name }) => name)])
  const context: Context = {
    ...{ network, statistics, options, writer },
    ...{ uses: new Classification(network), values: new Map(), layers: [], left: [], codes: new Map() },
  }
  for (const [name, { type, shape }] of network.declared) {
    if (type === 'f16') context.values.set(name, { kind: 'floats', name: writer.cast(name, 'f32', `${name}.f32`), shape })
    else context.values.set(name, { kind: type === 'f32' ? 'floats' : 'others', name, shape })
  }
  const machine = new Quantizer(context)
  for (const node of network.nodes) machine.visit(node)
  const outputs = network.outputs.map(({ name, source }) => machine.output(name, source))
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

class Quantizer {
  readonly #context: Context
  readonly #take: Take

  constructor(context: Context) {
    this.#context = context
    this.#take = { value: (name) => this.#value(name), code: (name) => this.#code(name) }
  }

  visit(node: GraphNode): void {
    const made = this.#integer(node)
    if (made !== null && !(made instanceof Reason)) {
      for (const [name, value] of made) this.#context.values.set(name, value)
      return
    }
    const isMove = MOVES.includes(node.op) && node.domain === ''
    const reason = (made instanceof Reason ? made : keptBecause(this.#context.network, node)).text
    const counted = !isMove && node.outputs.some((name) => ['f32', 'f16'].includes(this.#context.network.tensors.get(name)?.type ?? ''))
    if (counted) this.#context.left.push({ node: node.name || node.outputs[0]!, operator: node.op, reason })
    for (const [name, value] of emitFloatNode(this.#context, node, (input) => this.#number(input))) this.#context.values.set(name, value)
  }

  /** An output of the model, under its name. */
  output(name: string, source: string) {
    const { writer, network } = this.#context
    const { type, shape } = network.tensors.get(source)!
    const constant = network.constants.get(source)
    writer.add({
      op: 'Identity',
      name: writer.fresh(`${name}.output`),
      inputs: [constant ? writer.copied(constant) : this.#number(source)],
      outputs: [name],
    })
    return { name, type: type === 'f16' ? ('f32' as const) : type, shape }
  }

  #value(name: string): Value {
    const known = this.#context.values.get(name)
    if (known) return known
    throw new OpineError('QUANTIZE_MODEL', `'${name}' is read before it is known`, { tensor: name })
  }

  /** The tensor as integers. */
  #code(name: string): Code | Reason {
    if (this.#context.network.constants.has(name)) return new Reason(`its operand '${name}' is a constant`)
    const value = this.#settled(name)
    if (value.kind === 'code') return value
    if (value.kind !== 'floats') return new Reason(`its operand '${name}' is no float`)
    const known = this.#codes.get(name)
    if (known) return known
    const code = quantizeFloats(this.#context, name, value)
    this.#codes.set(name, code)
    return code
  }

  readonly #codes = new Map<string, Code>()
  readonly #floats = new Map<string, string>()

  /** What a region or a curve is, once somebody asks. */
  #settled(name: string): Exclude<Value, Region | { kind: 'curve' }> {
    const value = this.#value(name)
    if (value.kind !== 'region' && value.kind !== 'curve') return value
    const settled = value.kind === 'region' ? emitRegion(this.#context, value) : this.#lookup(name)
    this.#context.values.set(name, settled)
    return settled
  }

  #lookup(name: string): Code | Floats {
    const curve = this.#value(name)
    if (curve.kind !== 'curve') throw new OpineError('QUANTIZE_MODEL', `'${name}' is no function of a tensor`, { tensor: name })
    const root = this.#code(curve.root)
    const found = root instanceof Reason ? root : emitLookup(this.#context, curve, root)
    if (!(found instanceof Reason)) return found
    // Node by node, in float.
    const last = curve.nodes.at(-1)!
    this.#context.left.push({ node: last.name || name, operator: last.op, reason: found.text })
    for (const node of curve.nodes) {
      for (const [output, value] of emitFloatNode(this.#context, node, (input) => this.#number(input))) this.#floats.set(output, value.name)
    }
    return { kind: 'floats', name: this.#floats.get(name)!, shape: curve.shape }
  }

  /** Name of the tensor as numbers, for who calculates in float, or as what else it is. */
  #number(name: string): string {
    const known = this.#floats.get(name)
    if (known !== undefined) return known
    const value = this.#settled(name)
    const { name: number } = value.kind === 'code' ? floatsOf(this.#context, name, value) : value
    this.#floats.set(name, number)
    return number
  }

  #integer(node: GraphNode): Reason | null | (readonly [string, Value])[] {
    const { network, uses } = this.#context
    const { op, domain, inputs, outputs } = node
    const [output = ''] = outputs
    if (domain !== '' || network.tensors.get(output)?.type !== 'f32') return null
    const demand = uses.demandOf(output)
    const wanted = wantsIntegers(demand)
    const table = network.constants.get(inputs[0] ?? '')
    if (op === 'Gather' && table) return wanted ? embedding(this.#context, node, table, this.#number(inputs[1]!)) : null
    if (
      inputs.length === 0 ||
      (network.constants.has(inputs[0]!) === inputs.length > 0 && inputs.every((name) => network.constants.has(name)))
    )
      return null
    const curve = uses.curveOf(node)
    if (curve) {
      const root = this.#value(curve.root)
      if (root.kind === 'floats') return null
      return [[output, { kind: 'curve', name: output, shape: network.tensors.get(output)!.shape, ...curve }]]
    }
    if (MOVES.includes(op)) return wanted ? this.#moved(node) : null
    if (op === 'Relu' || op === 'Clip') return this.#cut(node, wanted)
    if (op === 'Softmax') return this.#softmax(node)
    if (op === 'MaxPool') return wanted && outputs.filter((name) => name !== '').length === 1 ? this.#pooled(node) : null
    const computed = inputs.filter((name) => name !== '' && !network.constants.has(name))
    const weighted = op === 'Conv' || op === 'Gemm' || op === 'MatMul'
    const floating = computed.every((name) => this.#value(name).kind === 'floats' && !network.declared.has(name))
    if (!weighted && floating) return new Reason('what it reads is calculated in float')
    const region = linearNode(this.#context, node, this.#take)
    return region === null || region instanceof Reason ? region : [[output, region]]
  }

  #softmax(node: GraphNode): Reason | (readonly [string, Value])[] {
    const code = this.#code(node.inputs[0]!)
    const made = code instanceof Reason ? code : emitSoftmax(this.#context, node, code)
    return made instanceof Reason ? made : [[node.outputs[0]!, made]]
  }

  #moved(node: GraphNode): Reason | (readonly [string, Value])[] {
    const { network } = this.#context
    const data = node.op === 'Concat' ? node.inputs : node.inputs.slice(0, 1)
    const codes = new Map<string, Code>()
    for (const name of data) {
      const code = this.#code(name)
      if (code instanceof Reason) return code
      codes.set(name, code)
    }
    const steps = new Map<string, Code['steps']>()
    for (const output of node.outputs) {
      const moved = movedSteps(this.#context, node, output, codes)
      if (moved instanceof Reason) return moved
      steps.set(output, moved)
    }
    const low = Math.min(...[...codes.values()].map((code) => code.low))
    const high = Math.max(...[...codes.values()].map((code) => code.high))
    const values = emitFloatNode(this.#context, node, (name) => codes.get(name)?.name ?? this.#number(name))
    return values.map(([output, { name }]) => {
      const kept = node.op === 'Concat' ? stored(this.#context, name, { low, high }, output) : name
      return [
        output,
        { kind: 'code', name: kept, shape: network.tensors.get(output)!.shape, steps: steps.get(output)!, low, high },
      ] as const
    })
  }

  /** A clip ends a linear region; one of integers cuts them. */
  #cut(node: GraphNode, wanted: boolean): Reason | null | (readonly [string, Value])[] {
    const { network, writer } = this.#context
    const [input, output] = [node.inputs[0]!, node.outputs[0]!]
    const limits = this.#limits(node)
    if (!limits) return new Reason('its limits are computed')
    const value = this.#value(input)
    const alone = network.readers.get(input)?.length === 1 && !network.outputs.some(({ source }) => source === input)
    if (value.kind === 'region' && alone) {
      const [low, high] = [Math.max(value.low, limits.low), Math.min(value.high, limits.high)]
      if (low <= high) return [[output, { ...value, low, high, name: output }]]
    }
    if (value.kind === 'floats' || !wanted) return null
    const code = this.#code(input)
    if (code instanceof Reason) return code
    const bounds = (limit: number): Float64Array =>
      code.steps.data.map((step) => Math.max(code.low, Math.min(code.high, nearest(limit / step))))
    const [lows, highs] = [bounds(limits.low), bounds(limits.high)]
    // Nothing is beyond the limits, or what was cut to them is cut again.
    if (lows.every((low) => low === code.low) && highs.every((high) => high === code.high)) return [[output, { ...code }]]
    const least = writer.node(
      'Max',
      [code.name, gridConstant(this.#context, { ...code.steps, data: lows }, `${output}.lows`)],
      `${output}.least`,
    )
    const cut = writer.node('Min', [least, gridConstant(this.#context, { ...code.steps, data: highs }, `${output}.highs`)], `${output}.cut`)
    const [low, high] = [lows.reduce((a, b) => Math.min(a, b)), highs.reduce((a, b) => Math.max(a, b))]
    return [[output, { ...code, name: stored(this.#context, cut, { low, high }, output), low, high }]]
  }

  #limits(node: GraphNode): { readonly low: number; readonly high: number } | null {
    if (node.op === 'Relu') return { low: 0, high: Number.POSITIVE_INFINITY }
    const limit = (index: number, attribute: string, free: number): number | null => {
      const name = node.inputs[index] ?? ''
      const tensor: Tensor | undefined = this.#context.network.constants.get(name)
      if (name !== '') return tensor ? numbersIn(tensor)[0]! : null
      const written = node.attributes[attribute]
      return written && 'float' in written ? written.float : free
    }
    const [low, high] = [limit(1, 'min', Number.NEGATIVE_INFINITY), limit(2, 'max', Number.POSITIVE_INFINITY)]
    return low === null || high === null
      ? null
      : { low: low < -3e38 ? Number.NEGATIVE_INFINITY : low, high: high > 3e38 ? Number.POSITIVE_INFINITY : high }
  }

  #pooled(node: GraphNode): Reason | (readonly [string, Value])[] {
    const { network, writer } = this.#context
    const [input, output] = [node.inputs[0]!, node.outputs[0]!]
    const code = this.#code(input)
    if (code instanceof Reason) return code
    if (code.steps.shape.some((extent, axis) => axis > 1 && extent > 1)) return new Reason('its input has steps that vary within a channel')
    const { storage_order: _, ...attributes } = node.attributes
    const pooled = writer.node('MaxPool', [code.name], `${output}.max`, attributes)
    return [[output, { ...code, name: stored(this.#context, pooled, code, output), shape: network.tensors.get(output)!.shape }]]
  }
}
