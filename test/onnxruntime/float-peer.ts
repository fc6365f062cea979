import { readFileSync } from 'node:fs'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { bestFloat } from '../support/best-float.ts'
import { floatModel, type Subject } from '../support/quantised/subject.ts'

/** Files of the float model: as its authors wrote it, and as the runtime runs it best. */
export const floatForms = (subject: Subject): Readonly<Record<'as it is' | 'folded', Uint8Array>> => ({
  'as it is': new Uint8Array(readFileSync(subject.file)),
  folded: bestFloat(floatModel(subject), subject.dims),
})

/** A run of a float model for inputs as programs take them. */
export async function floatSession(
  file: Uint8Array,
  { dims }: Subject,
  options: InferenceSession.SessionOptions,
): Promise<{ readonly run: (inputs: readonly Uint8Array[]) => Promise<Float32Array[]>; readonly close: () => Promise<void> }> {
  const session = await InferenceSession.create(file, { interOpNumThreads: 1, logSeverityLevel: 3, ...options })
  const { inputs: declared, initializers } = decodeModel(file).graph
  const ports = declared.filter(({ name }) => !initializers.some((tensor) => tensor.name === name))
  const feed = (index: number, bytes: Uint8Array): Tensor => {
    const { type, shape } = ports[index]!
    const extents = shape!.map((extent) => (typeof extent === 'number' ? extent : (dims[extent ?? ''] ?? 1)))
    if (type === 'i64') return new Tensor('int64', BigInt64Array.from(new Int32Array(bytes.slice().buffer), BigInt), extents)
    if (type === 'i32') return new Tensor('int32', new Int32Array(bytes.slice().buffer), extents)
    return new Tensor('float32', new Float32Array(bytes.slice().buffer), extents)
  }
  return {
    run: async (inputs) => {
      const feeds = Object.fromEntries(inputs.map((bytes, index) => [ports[index]!.name, feed(index, bytes)]))
      const results = await session.run(feeds)
      return session.outputNames.map((name) => results[name]!.data as Float32Array)
    },
    close: () => session.release(),
  }
}
