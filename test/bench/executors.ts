import { readFileSync } from 'node:fs'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { unpackValues } from '@opine/client/values.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { bufferBytes } from '@opine/models/exec/reference/kernel.ts'
import { commit, executeOutputs, prepare } from '@opine/models/exec/wasm/execute.ts'
import { bufferOf, type Kernel, type Program, product, termCount } from '@opine/models/ir/types.ts'
import type { CompiledModel } from '@opine/models/lower/compile.ts'
import { commitmentTree } from '@opine/models/trace/commit.ts'
import { InferenceSession } from 'onnxruntime-node'
import { feedsOf } from '../support/run-onnx.ts'
import { hashingWith, ownHashers } from './hashing.ts'
import { arithmeticLimit, memoryLimit } from './limit.ts'
import { compareTimes } from './measure.ts'
import { optionsFor, type Subject } from './subjects.ts'
import { digits, milliseconds, percent, ratio, size, table } from './table.ts'

const SALT = new Uint8Array(32).fill(7)
/** Engines compile WebAssembly twice: quickly first, well while it runs. */
const WARM_RUNS = 5

const multiplies = ({ reduce, term }: Kernel): boolean => reduce?.op === 'sum' && term.some(({ op }) => op.endsWith('.mul'))

/** Multiplications of a fold with the additions that belong to them. */
const multiplyAdds = ({ kernels }: Program): number =>
  kernels.reduce((sum, kernel) => sum + (multiplies(kernel) ? product(kernel.shape) * termCount(kernel) : 0), 0)

/** Runs the model and hashes what an assertion commits to. */
const committing = (program: Program, inputs: readonly Uint8Array[]) => (): unknown => rootOf(commitmentTree(commit(program, inputs), SALT))

async function row({ name, file }: Subject, { program, interface: ports }: CompiledModel, rounds: number): Promise<string[]> {
  const bytes = new Uint8Array(readFileSync(file))
  const inputs = randomInputs(ports.inputs, 1, indexBounds(program))
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 })
  const values = inputs.map((input, index) => unpackValues(ports.inputs[index]!.type, input))
  const feeds = feedsOf(bytes, ports.inputs, values, optionsFor(file).bind)
  const commitment = committing(program, inputs)
  const hasher = ownHashers()[0]!
  const works = {
    stock: () => session.run(feeds),
    ours: () => executeOutputs(program, inputs),
    committed: () => hashingWith(hasher, commitment),
    limit: arithmeticLimit().run,
  }
  for (let time = 0; time < WARM_RUNS; time++) for (const work of Object.values(works)) await work()
  const times = await compareTimes(works, rounds)
  const adds = multiplyAdds(program)
  const speed = adds / times.ours
  const share = adds < 1e6 ? ['-', '-'] : [digits(speed / 1e6), percent(speed, arithmeticLimit().amount / times.limit)]
  const buffers = program.kernels.reduce((sum, _, kernel) => sum + bufferBytes(program, bufferOf(program, kernel)), 0)
  const ours = [milliseconds(times.ours), ratio(times.ours, times.stock), ...share]
  const memory = [
    size(prepare(program, 'outputs').bytes),
    size(buffers + program.constants.reduce((sum, { bytes: own }) => sum + own.length, 0)),
  ]
  return [name, milliseconds(times.stock), ...ours, milliseconds(times.committed), ratio(times.committed, times.stock), ...memory]
}

async function limits(rounds: number): Promise<string> {
  const [arithmetic, memory] = [arithmeticLimit(), memoryLimit()]
  const times = await compareTimes({ arithmetic: arithmetic.run, memory: memory.run }, rounds)
  const [adds, bytes] = [arithmetic.amount / times.arithmetic / 1e6, memory.amount / times.memory / 1e6]
  return `The machine's limits on one thread: ${digits(adds)} GMAC/s, multiplications and additions of 128 bits in registers, and ${digits(bytes)} GB/s read from memory.`
}

/** The table of executors: ONNX Runtime, ours, and ours with the commitment that an assertion needs. */
export async function executorTable(models: readonly (readonly [Subject, CompiledModel])[], rounds: number): Promise<string[]> {
  const rows: string[][] = []
  for (const [subject, model] of models) rows.push(await row(subject, model, rounds))
  return [
    'One inference of each model on one thread: by ONNX Runtime with its default optimisation, by our WebAssembly executor, which computes every bit as',
    'specified, and by that with the commitment, from the inputs to the trace root. GMAC/s counts what folds multiply and add. Memory is that of',
    'plain inference, beside the constants and all buffers together.',
    '',
    await limits(rounds),
    '',
    ...table(
      ['model', 'ONNX Runtime', 'ours', 'ratio', 'GMAC/s', 'of the limit', 'with commitment', 'ratio', 'memory', 'buffers and constants'],
      rows,
    ),
  ]
}
