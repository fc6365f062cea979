import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, type ModelInterface, type StoreType } from '@opine/models/ir/types.ts'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { unpackValues } from './pack.ts'

type Runtime = typeof import('onnxruntime-node')

/** The stock runtime, which is an optional dependency. @throws {OpineError} `ONNXRUNTIME_MISSING` */
async function importRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    const message = `onnxruntime-node cannot be loaded (${(cause as Error).message}); install it with ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node`
    throw new OpineError('ONNXRUNTIME_MISSING', message, {}, { cause })
  }
}

/** Runs a model of the stock runtime on the CPU: raw buffers of the program's types in, values of every output in the ports' order out. */
export type StockModel = (inputs: readonly Uint8Array[]) => Promise<readonly number[][]>

/**
 * Loads an ONNX file into the stock runtime.
 * @throws {OpineError} `ONNXRUNTIME_MISSING`, `ONNXRUNTIME_REFUSED`
 */
export async function stockModel(file: Uint8Array, ports: ModelInterface): Promise<StockModel> {
  const runtime = await importRuntime()
  const refused = (cause: unknown): OpineError =>
    new OpineError('ONNXRUNTIME_REFUSED', `onnxruntime refuses the model: ${(cause as Error).message}`, {}, { cause })
  let session: InferenceSession
  try {
    session = await runtime.InferenceSession.create(file, { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 })
  } catch (cause) {
    throw refused(cause)
  }
  return async (inputs) => {
    const feeds = Object.fromEntries(
      ports.inputs.map((port, index) => {
        const declared = session.inputMetadata.find(({ name }) => name === port.name)
        const type = declared?.isTensor ? declared.type : 'float32'
        return [port.name, feed(runtime, port.type, type, inputs[index]!, port.shape)]
      }),
    )
    try {
      const results = await session.run(feeds)
      return ports.outputs.map(({ name }) => Array.from(results[name]!.data as ArrayLike<number | bigint>, Number))
    } catch (cause) {
      throw refused(cause)
    }
  }
}

/** Programs hold int64 as i32 and bool as u8. */
function feed(runtime: Runtime, type: StoreType, declared: string, bytes: Uint8Array, shape: readonly number[]): Tensor {
  const values = unpackValues(type, bytes)
  if (declared === 'int64') return new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), shape)
  if (declared === 'bool') return new runtime.Tensor('bool', Uint8Array.from(values), shape)
  if (type === 'f16') return new runtime.Tensor('float16', new Uint16Array(bytes.slice().buffer, 0, bytes.length / byteSize(type)), shape)
  if (type === 'f32') return new runtime.Tensor('float32', Float32Array.from(values), shape)
  if (type === 'i32') return new runtime.Tensor('int32', Int32Array.from(values), shape)
  return type === 'i8'
    ? new runtime.Tensor('int8', Int8Array.from(values), shape)
    : new runtime.Tensor('uint8', Uint8Array.from(values), shape)
}
