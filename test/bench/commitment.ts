import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { summarize } from '@opine/cli/model/summary.ts'
import { unpackValues } from '@opine/client/values.ts'
import { tensorRoot } from '@opine/dispute-game/merkle/roots.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { bufferBytes } from '@opine/models/exec/reference/kernel.ts'
import { executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { bufferOf, type Program } from '@opine/models/ir/types.ts'
import type { CompiledModel } from '@opine/models/lower/compile.ts'
import { commitmentTree } from '@opine/models/trace/commit.ts'
import { commitmentOfBuffers } from '@opine/models/trace/commitment.ts'
import { InferenceSession } from 'onnxruntime-node'
import { feedsOf } from '../support/run-onnx.ts'
import { hashingWith, ownHashers } from './hashing.ts'
import { compareTimes } from './measure.ts'
import { optionsFor, type Subject } from './subjects.ts'
import { milliseconds, percent, size, table } from './table.ts'

const SALT = new Uint8Array(32).fill(7)

/** Hashes what an assertion commits to. Hashing takes the same time whatever the bytes, so these are drawn and not computed. */
function commitment(program: Program): () => unknown {
  const buffers = program.kernels.map((_, kernel) => new Uint8Array(randomBytes(bufferBytes(program, bufferOf(program, kernel)))))
  return () => rootOf(commitmentTree(commitmentOfBuffers(program, buffers), SALT))
}

const dense = (program: Program): Program => ({ ...program, places: program.places.map((place) => ({ ...place, committed: true })) })

async function inference({ file }: Subject, { interface: ports }: CompiledModel): Promise<() => unknown> {
  const bytes = new Uint8Array(readFileSync(file))
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 })
  const values = randomInputs(ports.inputs, 1).map((input, index) => unpackValues(ports.inputs[index]!.type, input))
  const feeds = feedsOf(bytes, ports.inputs, values, optionsFor(file).bind)
  return () => session.run(feeds)
}

async function row(subject: Subject, model: CompiledModel, rounds: number): Promise<string[]> {
  const { program } = model
  const { traceBytes, committedBytes } = summarize(program)
  const hashers = ownHashers()
  const [best] = hashers
  const wasm = hashers.at(-1)!
  const [waists, all] = [commitment(program), commitment(dense(program))]
  const inputs = randomInputs(model.interface.inputs, 1, indexBounds(program))
  const whole = new Uint8Array(randomBytes(committedBytes))
  const times = await compareTimes(
    {
      waists: () => hashingWith(best!, waists),
      wasm: () => hashingWith(wasm, waists),
      dense: () => hashingWith(best!, all),
      inference: await inference(subject, model),
      ours: () => executeOutputs(program, inputs),
      whole: () => hashingWith(best!, () => tensorRoot(whole)),
    },
    rounds,
  )
  const share = (time: number): string => percent(time, times.inference)
  const native = best === wasm ? ['-', '-', '-'] : [milliseconds(times.waists), share(times.waists), share(times.dense)]
  const bytes = [size(traceBytes), size(committedBytes), percent(committedBytes, traceBytes)]
  return [
    subject.name,
    ...bytes,
    milliseconds(times.inference),
    ...native,
    share(times.wasm),
    percent(times.waists, times.ours),
    percent(times.whole, times.ours),
  ]
}

/** The table of commitments: bytes that are hashed, and how long that takes against an inference of ONNX Runtime. */
export async function commitmentTable(models: readonly (readonly [Subject, CompiledModel])[], rounds: number): Promise<string[]> {
  const rows: string[][] = []
  for (const [subject, model] of models) rows.push(await row(subject, model, rounds))
  return [
    "Bytes of all kernels' buffers (dense), and of those that an assertion commits to (waists). The time to commit, from the buffers to the trace root,",
    'is given as a share of one inference of ONNX Runtime. Both have one thread. The shares are hashed natively but where WebAssembly is named. The',
    'last columns are shares of our own inference: of the commitment, and of hashing as many bytes as one tensor, which is what bounds it; the rest is calls, the salted',
    'leaves and the tree over them, some ten microseconds whatever the model.',
    '',
    ...table(
      [
        'model',
        'dense',
        'waists',
        'waists / dense',
        'ONNX Runtime',
        'commitment',
        'share',
        'share, dense',
        'share, WebAssembly',
        'of ours',
        'of ours, bytes alone',
      ],
      rows,
    ),
  ]
}
