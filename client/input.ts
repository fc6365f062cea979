import { OpineError } from '@opine/dispute-game/errors.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { type ModelInterface, type Port, product } from '@opine/models/ir/types.ts'
import { packValues } from './values.ts'

export type TensorData = ArrayLike<number>

/** Values by the inputs' names; a model with one input takes them without a name. */
export type Tensors = Readonly<Record<string, TensorData>>

/**
 * The bytes of a request's input, SPEC section 6: all inputs in the model's order, little-endian, without padding. Numbers for float inputs are
 * rounded to nearest; for integers they must be whole and fit.
 * @throws {OpineError} `INPUT_MISSING`, `INPUT_UNKNOWN`, `INPUT_LENGTH`, `INPUT_VALUE`, each naming the input
 * @example
 * const input = packInput(spec, { image: new Float32Array(64) })
 */
export function packInput({ inputs }: ModelInterface, tensors: Tensors | TensorData): Uint8Array {
  const given = isData(tensors) ? single(inputs, tensors) : tensors
  for (const name of Object.keys(given)) {
    if (inputs.some((port) => port.name === name)) continue
    throw new OpineError('INPUT_UNKNOWN', `the model has no input "${name}"; it takes ${inputs.map(text).join(', ')}`, { input: name })
  }
  return concatBytes(...inputs.map((port) => packed(port, given[port.name])))
}

const isData = (value: Tensors | TensorData): value is TensorData => Array.isArray(value) || ArrayBuffer.isView(value)

function single(inputs: readonly Port[], data: TensorData): Tensors {
  const [port, ...others] = inputs
  if (port && others.length === 0) return { [port.name]: data }
  throw new OpineError('INPUT_MISSING', `the model takes ${inputs.length} inputs, name them: ${inputs.map(text).join(', ')}`)
}

function packed(port: Port, data: TensorData | undefined): Uint8Array {
  if (!data) throw new OpineError('INPUT_MISSING', `input ${text(port)} is not given`, { input: port.name })
  const expected = product(port.shape)
  if (data.length !== expected) {
    const message = `input ${text(port)} takes ${expected} values, got ${data.length}`
    throw new OpineError('INPUT_LENGTH', message, { input: port.name, expected, given: data.length })
  }
  return packValues(port.type, Array.from(data), `input "${port.name}"`)
}

const text = ({ name, type, shape }: Port): string => `"${name}" (${type} [${shape.join(', ')}])`
