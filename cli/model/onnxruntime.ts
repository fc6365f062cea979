import { unpackValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Port } from '@opine/models/ir/types.ts'
import type { Bindings } from '@opine/models/lower/lower.ts'
import type { Graph, Tensor as OnnxTensor, ValueInfo } from '@opine/models/onnx/types.ts'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { fedInputs } from './bindings.ts'

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

/** An output as numbers. @property whole  whether it is of integers or booleans; `half` of f16 */
export type StockOutput = { readonly name: string; readonly whole: boolean; readonly half: boolean; readonly values: readonly number[] }

/** What it takes to feed a model that runs on both sides. @property ports  the program's inputs; `bindings` has the others */
export type Feeding = { readonly graph: Graph; readonly ports: readonly Port[]; readonly bindings: Bindings }

/** Runs a model of the stock runtime on the CPU: raw buffers of the program's types in, outputs in the model's order out. */
export type StockModel = (inputs: readonly Uint8Array[]) => Promise<{ readonly outputs: readonly StockOutput[]; readonly ms: number }>

const refused = (cause: unknown): OpineError =>
  new OpineError('ONNXRUNTIME_REFUSED', `onnxruntime refuses the model: ${(cause as Error).message}`, {}, { cause })

/**
 * Loads an ONNX file into the stock runtime.
 * @throws {OpineError} `ONNXRUNTIME_MISSING`, `ONNXRUNTIME_REFUSED`
 */
export async function stockModel(path: string, feeding: Feeding, threads: number): Promise<StockModel> {
  const runtime = await importRuntime()
  const options = { executionProviders: ['cpu'], intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 } as const
  let session: InferenceSession
  try {
    session = await runtime.InferenceSession.create(path, options)
  } catch (cause) {
    throw refused(cause)
  }
  return async (inputs) => {
    const feeds = feedsOf(runtime, feeding, inputs)
    try {
      const start = performance.now()
      const results = await session.run(feeds)
      const ms = performance.now() - start
      const outputs = feeding.graph.outputs.map(({ name }): StockOutput => {
        const { type, data } = results[name]!
        return {
          name,
          whole: !type.startsWith('float'),
          half: type === 'float16',
          values: Array.from(data as ArrayLike<number | bigint>, Number),
        }
      })
      return { outputs, ms }
    } catch (cause) {
      throw refused(cause)
    }
  }
}

function feedsOf(runtime: Runtime, { graph, ports, bindings }: Feeding, inputs: readonly Uint8Array[]): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {}
  for (const input of fedInputs(graph)) {
    const index = ports.findIndex(({ name }) => name === input.name)
    const bound = bindings[input.name]
    if (bound) feeds[input.name] = boundTensor(runtime, bound)
    else feeds[input.name] = feed(runtime, ports[index]!, input, inputs[index]!)
  }
  return feeds
}

/** Programs hold int64 as i32 and bool as u8, and have no tensors without dimensions. */
function feed(runtime: Runtime, port: Port, declared: ValueInfo, bytes: Uint8Array): Tensor {
  const shape = declared.shape?.length === 0 ? [] : port.shape
  if (declared.type === 'i64') {
    return new runtime.Tensor('int64', BigInt64Array.from(unpackValues(port.type, bytes), BigInt), shape)
  }
  return tensorOf(runtime, declared.type ?? port.type, bytes.slice().buffer, shape)
}

const boundTensor = (runtime: Runtime, { type, data, shape }: OnnxTensor): Tensor => tensorOf(runtime, type, data.slice().buffer, shape)

function tensorOf(runtime: Runtime, type: OnnxTensor['type'], buffer: ArrayBuffer, shape: readonly number[]): Tensor {
  if (type === 'i64') return new runtime.Tensor('int64', new BigInt64Array(buffer), shape)
  if (type === 'i32') return new runtime.Tensor('int32', new Int32Array(buffer), shape)
  if (type === 'i8') return new runtime.Tensor('int8', new Int8Array(buffer), shape)
  if (type === 'u8') return new runtime.Tensor('uint8', new Uint8Array(buffer), shape)
  if (type === 'bool') return new runtime.Tensor('bool', new Uint8Array(buffer), shape)
  if (type === 'f64') return new runtime.Tensor('float64', new Float64Array(buffer), shape)
  // The runtime takes Float16Array where the platform has it, which its types do not know yet.
  if (type === 'f16') {
    const tensor = new runtime.Tensor('float16', new Float16Array(buffer) as unknown as Uint16Array, shape)
    // The native binding takes a Float16Array, which the constructor insists on, for an empty one.
    Object.defineProperty(tensor, 'data', { value: new Uint16Array(buffer) })
    return tensor
  }
  return new runtime.Tensor('float32', new Float32Array(buffer), shape)
}
