import { product } from '../../ir/types.ts'
import { decodeModel } from '../../onnx/decode.ts'
import { decibels } from '../binary.ts'
import { checkExamples, type Example, floatRunner, manyOutputs } from '../calibrate/calibrate.ts'
import { expand } from '../grid.ts'
import type { Quantized } from '../quantizer.ts'
import { runOutputs } from './evaluate.ts'
import type { Network } from './network.ts'

/**
 * How an output follows the float model's.
 * @property sqnr       decibels of the float output over the difference
 * @property greatest   greatest difference of two elements
 * @property agreement  share of the rows along the last axis with the same greatest element; null where rows have one element
 */
export type OutputQuality = { readonly name: string; readonly sqnr: number; readonly greatest: number; readonly agreement: number | null }

/** @property layers  decibels by tensor of the float model */
export type Quality = {
  readonly examples: number
  readonly outputs: readonly OutputQuality[]
  readonly layers: ReadonlyMap<string, number>
}

/**
 * Runs both models on examples that calibration has not seen, with our own executor.
 * @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH`
 */
export function evaluateModel(
  network: Network,
  quantized: Quantized,
  examples: readonly Example[],
  tell: (done: number) => void = () => {},
): Quality {
  checkExamples(network, examples)
  const model = decodeModel(quantized.file)
  const codes = [...quantized.codes].filter(([name]) => !network.outputs.some(({ source }) => source === name))
  const wanted = [...codes.map(([, { name }]) => name), ...network.outputs.map(({ name }) => name)]
  const outputs = wanted.map((name) => ({ name, type: 'f32' as const, shape: null }))
  const program = manyOutputs({ ...model, graph: { ...model.graph, outputs } })
  const floats = floatRunner(network, [...new Set([...codes.map(([name]) => name), ...network.outputs.map(({ source }) => source)])])
  const layers = codes.map(([name, code]) => ({ name, steps: expand(code.steps, code.shape), signal: 0, noise: 0 }))
  const results = network.outputs.map(({ name, source }) => ({ name, source, signal: 0, noise: 0, greatest: 0, rows: 0, equal: 0 }))
  for (const [index, example] of examples.entries()) {
    const expected = floats(example)
    const found = runOutputs(program, example)
    for (const [at, layer] of layers.entries()) {
      const own = expected.get(layer.name)!
      for (const [element, value] of own.entries()) {
        const difference = value - found[at]![element]! * layer.steps[element]!
        layer.signal += value * value
        layer.noise += difference * difference
      }
    }
    for (const [at, result] of results.entries())
      compare(result, expected.get(result.source)!, found[layers.length + at]!, rowLength(network, result.source))
    tell(index + 1)
  }
  return {
    examples: examples.length,
    layers: new Map(layers.map(({ name, signal, noise }) => [name, decibels(signal, noise)])),
    outputs: results.map(({ name, signal, noise, greatest, rows, equal }) => ({
      ...{ name, sqnr: decibels(signal, noise), greatest, agreement: rows === 0 ? null : equal / rows },
    })),
  }
}

/** Elements that compete: those along the last axis that has several, or along the channels of an image of one pixel. */
function rowLength({ tensors }: Network, name: string): number {
  const { shape } = tensors.get(name)!
  const last = shape.findLastIndex((extent) => extent > 1)
  return last < 0 || product(shape.slice(0, last)) * shape[last]! === 0 ? 1 : shape[last]!
}

type Running = { signal: number; noise: number; greatest: number; rows: number; equal: number }

function compare(running: Running, expected: Float32Array, found: Float32Array, length: number): void {
  for (const [element, value] of expected.entries()) {
    const difference = value - found[element]!
    running.signal += value * value
    running.noise += difference * difference
    running.greatest = Math.max(running.greatest, Math.abs(difference))
  }
  if (length < 2) return
  for (let start = 0; start < expected.length; start += length) {
    running.rows += 1
    if (greatestIn(expected, start, length) === greatestIn(found, start, length)) running.equal += 1
  }
}

function greatestIn(values: Float32Array, start: number, length: number): number {
  let best = 0
  for (let at = 1; at < length; at += 1) if (values[start + at]! > values[start + best]!) best = at
  return best
}
