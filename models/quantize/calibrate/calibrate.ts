import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, type Program, product } from '../../ir/types.ts'
import { assemble } from '../../lower/assemble.ts'
import { type Bindings, type Dimensions, lowerModel } from '../../lower/lower.ts'
import type { Model, Tensor } from '../../onnx/types.ts'
import { numbersOf, runOutputs } from '../network/evaluate.ts'
import type { Network } from '../network/network.ts'
import { numbersIn } from '../network/numbers.ts'
import { Functions } from '../network/pointwise.ts'
import { Histogram } from './histogram.ts'
import { addByChannel, replayedOf } from './replay.ts'

/** Raw buffers of one example, one a model input, as programs take them. */
export type Example = readonly Uint8Array[]

/** What a tensor's elements were in the float model, along its axis of channels. */
export type Statistics = ReadonlyMap<string, TensorStatistics>

/** @property means  of each channel, over as many of the first examples as are replayed */
export type TensorStatistics = { readonly axis: number; readonly histogram: Histogram; readonly means: Float64Array }

/**
 * Runs the float model on every example, with our own executor, and gathers the ranges of all its float tensors.
 * @throws {OpineError} `CALIBRATION_EMPTY`, `CALIBRATION_VALUE` for an example that gives NaN or infinity; `INPUT_COUNT`, `INPUT_LENGTH`
 */
export function calibrate(network: Network, examples: readonly Example[], tell: (done: number) => void = () => {}): Statistics {
  if (examples.length === 0) throw new OpineError('CALIBRATION_EMPTY', 'there is no calibration example; give at least one input')
  checkExamples(network, examples)
  const statistics = new Map<string, TensorStatistics>()
  const replayed = replayedOf(network, examples.length)
  const run = floatRunner(network, floatTensors(network))
  for (const [index, example] of examples.entries()) {
    for (const [name, values] of run(example)) {
      const { shape } = network.tensors.get(name)!
      const axis = network.axes.get(name) ?? 0
      const channels = shape[axis] ?? 1
      if (!statistics.has(name)) statistics.set(name, { axis, histogram: new Histogram(channels), means: new Float64Array(channels) })
      const inner = product(shape.slice(axis + 1))
      const { histogram, means } = statistics.get(name)!
      for (let element = 0, channel = 0; element < values.length; channel = channel + 1 === channels ? 0 : channel + 1) {
        for (let within = 0; within < inner; within += 1, element += 1) histogram.add(channel, values[element]!)
      }
      if (index < replayed) addByChannel(means, values, inner)
      if (index === replayed - 1) for (const at of means.keys()) means[at]! /= (values.length / channels) * replayed
      if (histogram.broken || (histogram.masked && !isScoreAlone(network, name)) || !Number.isFinite(histogram.power)) {
        throw refusal(network, index, name)
      }
    }
    tell(index + 1)
  }
  return statistics
}

/** Where the model itself has such numbers, no example is to blame. */
function refusal({ constants }: Network, example: number, tensor: string): OpineError {
  const isFloat = ({ type }: Tensor): boolean => type === 'f32' || type === 'f16'
  const [own] = [...constants].find(([, each]) => isFloat(each) && numbersIn(each).some((value) => !Number.isFinite(value))) ?? []
  const fact = `example ${example} gives a value in '${tensor}' that is no finite number`
  const change = own === undefined ? 'leave it out' : `the model's own constant '${own}' has one; mend the model`
  return new OpineError('CALIBRATION_VALUE', `${fact}; ${change}`, { example, tensor, ...(own === undefined ? {} : { constant: own }) })
}

/** A softmax takes minus infinity for what is masked. */
const isScoreAlone = ({ readers, outputs }: Network, name: string): boolean =>
  (readers.get(name) ?? []).length > 0 &&
  readers.get(name)!.every(({ op }) => op === 'Softmax') &&
  !outputs.some(({ source }) => source === name)

/** @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH` */
export function checkExamples({ inputs }: Network, examples: readonly Example[]): void {
  for (const [index, example] of examples.entries()) {
    if (example.length !== inputs.length)
      throw new OpineError('INPUT_COUNT', `example ${index} has ${example.length} inputs, the model takes ${inputs.length}`, {
        example: index,
      })
    for (const [at, { name, type, shape }] of inputs.entries()) {
      const expected = product(shape) * byteSize(type)
      if (example[at]!.length === expected) continue
      const message = `example ${index} has ${example[at]!.length} bytes for input '${name}', ${type} [${shape.join(', ')}] takes ${expected}`
      throw new OpineError('INPUT_LENGTH', message, { example: index, input: name, expected })
    }
  }
}

/** What is no more than a sum in the making: a clip behind it becomes the sum's own. */
const SUMS: readonly string[] = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'BatchNormalization', 'Add', 'Sub', 'Sum', 'Mul', 'Div']

/** Tensors of floats that may be requantised: those that are calculated, and inputs, but for sums that are cut before anybody else reads them. */
export function floatTensors(network: Network): string[] {
  const { nodes, declared, tensors } = network
  const functions = new Functions(network)
  const names = [
    ...[...declared.keys()].map((name) => ({ name, isSum: false })),
    ...nodes.flatMap(({ op, outputs }) => outputs.map((name) => ({ name, isSum: SUMS.includes(op) }))),
  ]
  return names.flatMap(({ name, isSum }) =>
    ['f32', 'f16'].includes(tensors.get(name)?.type ?? '') && !(isSum && isCut(network, functions, name)) ? [name] : [],
  )
}

/** Whether one clip within known limits alone reads the tensor, and is no part of a curve. */
function isCut({ readers, outputs, constants }: Network, functions: Functions, name: string): boolean {
  const [reader, ...others] = readers.get(name) ?? []
  if (!reader || others.length > 0 || outputs.some(({ source }) => source === name)) return false
  const limited =
    reader.op === 'Relu' || (reader.op === 'Clip' && reader.inputs.slice(1).every((limit) => limit === '' || constants.has(limit)))
  return limited && functions.endsOf(reader) === null
}

/** A function that gives the values of these tensors of the float model for an example. */
export function floatRunner(network: Network, names: readonly string[]): (example: Example) => Map<string, Float32Array> {
  const { model, dims, bind, inputs } = network
  const computed = names.filter((name) => !inputs.some((port) => port.name === name))
  const outputs = computed.map((name) => ({ name, type: 'f32' as const, shape: null }))
  const program = outputs.length === 0 ? null : manyOutputs({ ...model, graph: { ...model.graph, outputs } }, dims, bind)
  return (example) => {
    const values = new Map<string, Float32Array>()
    const results = program ? runOutputs(program, example) : []
    for (const [index, numbers] of results.entries()) values.set(computed[index]!, numbers)
    for (const [index, { name, type }] of inputs.entries()) {
      if (!names.includes(name)) continue
      values.set(name, numbersOf(example[index]!, type))
    }
    return values
  }
}

/** A program with more outputs than one that is registered may have. */
export function manyOutputs(model: Model, dims: Dimensions = {}, bind: Bindings = {}): Program {
  const program = assemble(lowerModel(model, dims, bind).draft)
  return { ...program, places: program.kernels.map((_, first) => ({ committed: true, first, length: 1 })), claims: [] }
}
