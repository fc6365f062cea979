import { packValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { product } from '@opine/models/ir/types.ts'
import { storeTypeOf } from '@opine/models/lower/constant.ts'
import type { Bindings, Dimensions } from '@opine/models/lower/lower.ts'
import type { Graph, Tensor, ValueInfo } from '@opine/models/onnx/types.ts'

type Pairs = readonly (readonly [string, string])[]

/** Inputs that somebody has to feed: old models list their initializers among their inputs. */
export const fedInputs = ({ inputs, initializers }: Graph): ValueInfo[] =>
  inputs.filter(({ name }) => !initializers.some((tensor) => tensor.name === name))

/**
 * Inputs that `--set NAME=VALUE` makes constants of the program. A value is a number, `true`, `false`, or a list of these, nested as you
 * like; one alone fills the input.
 * @throws {OpineError} `INPUT_UNKNOWN`, `INPUT_TWICE`, `INPUT_JSON`, `INPUT_LENGTH`, `INPUT_VALUE`, `UNSUPPORTED_TYPE`, `DYNAMIC_SHAPE`
 */
export function bindingsOf(graph: Graph, set: Pairs, dims: Dimensions): Bindings {
  const fed = fedInputs(graph)
  const bindings: Record<string, Tensor> = {}
  for (const [name, text] of set) {
    const input = fed.find((each) => each.name === name)
    if (!input) {
      const known = fed.map((each) => each.name).join(', ')
      throw new OpineError('INPUT_UNKNOWN', `the model has no input "${name}" to set; it takes ${known}`, { input: name })
    }
    if (Object.hasOwn(bindings, name)) throw new OpineError('INPUT_TWICE', `input "${name}" is set twice; set it once`, { input: name })
    bindings[name] = constantTensor(input, valuesOf(name, text), dims)
  }
  return bindings
}

/** @throws {OpineError} `INPUT_LENGTH`, `INPUT_VALUE`, `UNSUPPORTED_TYPE`, `DYNAMIC_SHAPE` */
export function constantTensor({ name, type, shape }: ValueInfo, values: readonly number[], dims: Dimensions): Tensor {
  if (type === null || shape === null) {
    throw new OpineError('DYNAMIC_SHAPE', `input "${name}" has no tensor type with a known rank, so it cannot be set`, { input: name })
  }
  const extents = shape.map((extent, axis) => {
    if (typeof extent === 'number' && extent >= 1) return extent
    const symbol = typeof extent === 'string' ? extent : `${name}.${axis}`
    if (Object.hasOwn(dims, symbol)) return dims[symbol]!
    // A vector of unknown length is as long as what it is set to.
    if (shape.length === 1) return values.length
    throw new OpineError('DYNAMIC_SHAPE', `axis ${axis} of input "${name}" is dynamic; fix it with --dim ${symbol}=VALUE`, { input: name })
  })
  const count = product(extents)
  if (values.length !== count && values.length !== 1) {
    const message = `input "${name}" of shape [${extents.join(', ')}] takes ${count === 1 ? 'one value' : `${count} values, or one for all`}, got ${values.length}`
    throw new OpineError('INPUT_LENGTH', message, { input: name, expected: count, given: values.length })
  }
  const all = values.length === count ? values : new Array<number>(count).fill(values[0]!)
  const source = `input "${name}"`
  const data = type === 'i64' ? packInt64(all, source) : packValues(storeTypeOf(type, name), all, source)
  if (type === 'bool' && all.some((value) => value !== 0 && value !== 1)) {
    throw new OpineError('INPUT_VALUE', `${source} is boolean: it takes true, false, 1 or 0`, { input: name })
  }
  return { name, type, shape: extents, data }
}

/** 64-bit constants may be any that JSON can tell exactly: shapes and axes are no part of 32-bit arithmetic. */
function packInt64(values: readonly number[], source: string): Uint8Array {
  const wrong = values.findIndex((value) => !Number.isSafeInteger(value))
  if (wrong < 0) return new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
  throw new OpineError('INPUT_VALUE', `element ${wrong} of ${source} is ${values[wrong]}; int64 takes whole numbers up to 2^53`)
}

function valuesOf(name: string, text: string): number[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    const message = `--set ${name}=${text.slice(0, 40)} needs a number, true, false, or a list of these in brackets`
    throw new OpineError('INPUT_JSON', message, { input: name }, { cause })
  }
  return flatNumbers(json, `--set ${name}`)
}

/** Numbers, nested as you like, and booleans as 1 and 0. @throws {OpineError} `INPUT_JSON` */
export function flatNumbers(json: unknown, source: string): number[] {
  const flat: unknown[] = Array.isArray(json) ? json.flat(Number.POSITIVE_INFINITY) : [json]
  return flat.map((value) => {
    if (typeof value === 'number') return value
    if (typeof value === 'boolean') return Number(value)
    const shown = JSON.stringify(value)?.slice(0, 40)
    throw new OpineError('INPUT_JSON', `${source} must hold numbers or booleans, nested as you like; it holds ${shown}`)
  })
}
