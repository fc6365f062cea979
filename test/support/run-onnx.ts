import { execute } from '@opine/models/exec/reference/execute.ts'
import type { Port, StoreType } from '@opine/models/ir/types.ts'
import { type CompileOptions, compile } from '@opine/models/lower/compile.ts'
import type { Bindings } from '@opine/models/lower/lower.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/** A tensor as numbers, row-major. */
export type Numbers = { readonly shape: readonly number[]; readonly values: readonly number[] }

const ARRAYS = { f32: Float32Array, i32: Int32Array, i8: Int8Array, u8: Uint8Array, f16: Float16Array } as const
const NAMES = { f32: 'float32', i32: 'int32', i64: 'int64', i8: 'int8', u8: 'uint8', bool: 'bool', f16: 'float16' } as const

/** Compiles and runs a model with the defining executor. */
export function runCompiled(file: Uint8Array, inputs: readonly (readonly number[])[], options: CompileOptions = {}): Numbers[] {
  const { program, interface: ports } = compile(file, options)
  const buffers = execute(
    program,
    inputs.map((values, index) => new Uint8Array(arrayOf(ports.inputs[index]!.type).from(values).buffer)),
  )
  return program.outputs.map((kernel, index) => numbersOf(ports.outputs[index]!, buffers[kernel]!))
}

function numbersOf(port: Port, bytes: Uint8Array): Numbers {
  return { shape: port.shape, values: [...new (arrayOf(port.type))(bytes.slice().buffer)] }
}

/**
 * What a session of ONNX Runtime is fed.
 * @param bound  values of the inputs that are constants of the program, of int64
 */
export function feedsOf(
  file: Uint8Array,
  ports: readonly Port[],
  inputs: readonly (readonly number[])[],
  bound: Bindings = {},
): Record<string, Tensor> {
  const { inputs: declared } = decodeModel(file).graph
  const feeds: Record<string, Tensor> = {}
  for (const [index, { name, type: stored, shape: elements }] of ports.entries()) {
    // The model's own type and rank: a program has neither int64 nor bool, and no scalars.
    const { type, shape } = declared.find((input) => input.name === name)!
    const values = inputs[index]!
    const data = type === 'i64' ? BigInt64Array.from(values, BigInt) : arrayOf(stored).from(values)
    const tensor = new Tensor(NAMES[type as keyof typeof NAMES], data as Float32Array, shape?.length === 0 ? [] : elements)
    // The native binding takes a Float16Array, which the constructor insists on, for an empty one.
    if (stored === 'f16') Object.defineProperty(tensor, 'data', { value: new Uint16Array(data.buffer) })
    feeds[name] = tensor
  }
  for (const [name, { data, shape }] of Object.entries(bound)) {
    feeds[name] = new Tensor('int64', new BigInt64Array(data.slice().buffer), shape)
  }
  return feeds
}

/** Runs a model with ONNX Runtime, whose graph optimisations are off. */
export async function runOnnxRuntime(
  file: Uint8Array,
  ports: readonly Port[],
  inputs: readonly (readonly number[])[],
  bound: Bindings = {},
): Promise<Numbers[]> {
  const session = await InferenceSession.create(file, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 })
  const results = await session.run(feedsOf(file, ports, inputs, bound))
  return session.outputNames.map((name) => ({
    shape: results[name]!.dims,
    values: Array.from(results[name]!.data as Float32Array, Number),
  }))
}

const arrayOf = (type: StoreType): (typeof ARRAYS)[StoreType] => ARRAYS[type]

/** Numbers in a reproducible order, between -1 and 1. */
export function randomNumbers(count: number, seed: number): number[] {
  let state = Math.imul(seed + 1, 2654435761) >>> 0
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.fround(((state >>> 8) / 2 ** 23 - 1) * 0.999)
  })
}

/** The first difference beyond `tolerance * max(1, |expected|)`, in words; null where there is none. NaN equals NaN. */
export function difference(actual: Numbers, expected: Numbers, tolerance: number): string | null {
  const shape = expected.shape.length > 0 ? expected.shape : [1]
  if (actual.shape.join() !== shape.join()) return `shape [${actual.shape}] instead of [${shape}]`
  for (const [index, value] of expected.values.entries()) {
    const got = actual.values[index]!
    if (Object.is(got, value) || got === value) continue
    if (!(Math.abs(got - value) <= tolerance * Math.max(1, Math.abs(value)))) return `element ${index} is ${got} instead of ${value}`
  }
  return null
}
