import { OpineError } from '@opine/dispute-game/errors.ts'
import { type CompiledModel, compileModel } from '@opine/models/lower/compile.ts'
import type { Bindings, Dimensions } from '@opine/models/lower/lower.ts'
import type { Graph, Model, ValueInfo } from '@opine/models/onnx/types.ts'
import { bindingsOf, constantTensor, fedInputs } from '../model/bindings.ts'
import { dimensionsOf, type ModelOptions, symbolsOf } from '../model/load.ts'

/** @property notes  what was chosen for the user, such as `batch = 1` */
export type Prepared = CompiledModel & { readonly bindings: Bindings; readonly notes: readonly string[] }

/** What dynamic dimensions are tried with, in order: windows over time want some samples. */
const EXTENTS = [1, 16, 64, 128, 256, 512, 1024]

/**
 * Compiles a model that may want dimensions and constants which nobody gave: dynamic dimensions become 1, or, where the graph cannot have
 * that, the first extent that it can (but for leading ones, which are batches); and where the program would need an integer while
 * compiling, integer inputs become constants.
 * @throws {OpineError} those of `dimensionsOf`, `bindingsOf` and `compileModel`
 */
export function compileWithDefaults(model: Model, options: ModelOptions): Prepared {
  const given = dimensionsOf(options)
  const missing = symbolsOf(model.graph).filter((symbol) => !Object.hasOwn(given, symbol))
  const growing = missing.filter((symbol) => !isBatch(model.graph, symbol))
  let refusal: unknown
  for (const extent of growing.length > 0 ? EXTENTS : [1]) {
    const chosen = Object.fromEntries(missing.map((symbol) => [symbol, growing.includes(symbol) ? extent : 1]))
    try {
      const prepared = compileWithConstants(model, options, { ...given, ...chosen })
      return { ...prepared, notes: [...Object.entries(chosen).map(([symbol, size]) => `${symbol} = ${size}`), ...prepared.notes] }
    } catch (error) {
      // What the graph has to do with an extent of 1 is the error to tell.
      refusal ??= error
      if (!(error instanceof OpineError && (error.code === 'INVALID_NODE' || error.code === 'EMPTY_TENSOR'))) break
    }
  }
  throw refusal
}

const isBatch = ({ inputs }: Graph, symbol: string): boolean =>
  inputs.some(({ name, shape }) => shape?.[0] === symbol || (symbol === `${name}.0` && typeof shape?.[0] !== 'string'))

function compileWithConstants(model: Model, options: ModelOptions, dims: Dimensions): Prepared {
  const { graph } = model
  // Of several models each takes the options that concern it.
  const names = fedInputs(graph).map(({ name }) => name)
  const own = (options.set ?? []).filter(([name]) => names.includes(name))
  const set = bindingsOf(graph, own, dims)
  try {
    return { ...compileModel(model, { dims, bind: set }), bindings: set, notes: [] }
  } catch (error) {
    const chosen = constantsFor(graph, set, dims)
    if (!(error instanceof OpineError) || error.code !== 'UNSUPPORTED_OPERATOR' || chosen.length === 0) throw error
    const bindings = { ...set, ...Object.fromEntries(chosen.map(({ input, value }) => [input.name, constantTensor(input, [value], dims)])) }
    const notes = chosen.map(({ input, value }) => `${input.name} set to ${value}`)
    return { ...compileModel(model, { dims, bind: bindings }), bindings, notes }
  }
}

type Choice = { readonly input: ValueInfo; readonly value: number }

/** Integer and boolean inputs that are not set: what the model compares them with, or 1. */
function constantsFor(graph: Graph, set: Bindings, dims: Dimensions): Choice[] {
  const free = fedInputs(graph).filter(({ name, type }) => (type === 'i64' || type === 'bool') && !Object.hasOwn(set, name))
  return free
    .filter(({ shape }) => shape?.every((extent) => extent === 1 || (typeof extent === 'string' && dims[extent] === 1)))
    .map((input) => ({ input, value: input.type === 'bool' ? 1 : (comparedWith(graph, input.name) ?? 1) }))
}

/** A switch such as a sampling rate has the values that an `Equal` asks for; the first is taken. */
function comparedWith(graph: Graph, name: string): number | null {
  for (const { op, inputs } of graph.nodes) {
    if (op !== 'Equal' || !inputs.includes(name)) continue
    const other = inputs.find((each) => each !== name) ?? ''
    const tensor = graph.initializers.find((each) => each.name === other) ?? constantNode(graph, other)
    if (tensor?.type === 'i64' && tensor.data.length === 8) {
      return Number(new DataView(tensor.data.buffer, tensor.data.byteOffset).getBigInt64(0, true))
    }
  }
  return null
}

function constantNode({ nodes }: Graph, name: string) {
  const value = nodes.find(({ op, outputs }) => op === 'Constant' && outputs[0] === name)?.attributes.value
  return value && 'tensor' in value ? value.tensor : undefined
}
