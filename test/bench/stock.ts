import { readFileSync } from 'node:fs'
import { unpackValues } from '@opine/client/values.ts'
import type { CompiledModel } from '@opine/models/lower/compile.ts'
import { InferenceSession } from 'onnxruntime-node'
import { feedsOf } from '../support/run-onnx.ts'
import { optionsFor, type Subject } from './subjects.ts'

/** One inference by ONNX Runtime on the CPU with its default optimisation. @param threads  within an operator */
export async function stockInference(
  { file }: Subject,
  { interface: ports }: CompiledModel,
  inputs: readonly Uint8Array[],
  threads: number,
): Promise<() => Promise<unknown>> {
  const bytes = new Uint8Array(readFileSync(file))
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 })
  const values = inputs.map((input, index) => unpackValues(ports.inputs[index]!.type, input))
  const feeds = feedsOf(bytes, ports.inputs, values, optionsFor(file).bind)
  return () => session.run(feeds)
}
