import { executeOutputs } from '../../exec/wasm/execute.ts'
import type { Program, StoreType } from '../../ir/types.ts'
import { compileModel } from '../../lower/compile.ts'
import type { GraphNode, Tensor } from '../../onnx/types.ts'

export type Array32 = { readonly shape: readonly number[]; readonly data: Float32Array }

/** The float32 result of a few nodes for given float32 inputs, by our own executor. */
export function evaluateNodes(
  nodes: readonly GraphNode[],
  inputs: Readonly<Record<string, Array32>>,
  constants: readonly Tensor[],
  output: string,
  opset: number,
): Array32 {
  const names = Object.keys(inputs)
  const graph = {
    name: output,
    inputs: names.map((name) => ({ name, type: 'f32' as const, shape: inputs[name]!.shape })),
    outputs: [{ name: output, type: 'f32' as const, shape: null }],
    nodes,
    initializers: constants,
  }
  const { program, interface: ports } = compileModel({ irVersion: 8, opsets: { '': opset }, graph })
  const feeds = ports.inputs.map(({ name }) => bytesOf(inputs[name]!.data))
  const [bytes] = executeOutputs(program, feeds)
  return { shape: ports.outputs[0]!.shape, data: floatsOf(bytes!) }
}

export const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
export const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.slice().buffer)

/** The outputs of a program as numbers, whatever their types. */
export const runOutputs = (program: Program, inputs: readonly Uint8Array[]): Float32Array[] =>
  executeOutputs(program, inputs).map((bytes, index) => numbersOf(bytes, program.kernels[program.outputs[index]!]!.storeType))

/** Raw elements as numbers; integers beyond 2^24 are rounded. */
export function numbersOf(bytes: Uint8Array, type: StoreType): Float32Array {
  if (type === 'f32') return floatsOf(bytes)
  if (type === 'f16') return Float32Array.from(new Float16Array(bytes.slice().buffer))
  if (type === 'i32') return Float32Array.from(new Int32Array(bytes.slice().buffer))
  return Float32Array.from(type === 'i8' ? new Int8Array(bytes.slice().buffer) : bytes)
}
