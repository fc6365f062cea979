import { execute } from '@opine/models/exec/reference/execute.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/** The only output of a model whose only input has these values. */
export type Runner = (values: ArrayLike<number>) => Promise<Float32Array>

/** A model of ours in ONNX Runtime. */
export async function stockRunner(file: Uint8Array, type: 'float32' | 'int64', shape: readonly number[]): Promise<Runner> {
  const session = await InferenceSession.create(file)
  return async (values) => {
    const data = type === 'int64' ? BigInt64Array.from(Array.from(values, BigInt)) : Float32Array.from(values)
    const results = await session.run({ [session.inputNames[0]!]: new Tensor(type, data, shape) })
    return results[session.outputNames[0]!]!.data as Float32Array
  }
}

/** The same in our compiler and the defining executor. */
export function ourRunner(file: Uint8Array): Runner {
  const { program, interface: ports } = compile(file)
  return async (values) => {
    const input = ports.inputs[0]!.type === 'i32' ? Int32Array.from(values) : Float32Array.from(values)
    return new Float32Array(execute(program, [new Uint8Array(input.buffer)])[program.outputs[0]!]!.slice().buffer)
  }
}

/** Greatest |a - b| / max(1, |b|). */
export const scaledError = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!) / Math.max(1, Math.abs(b[i]!))), 0)
