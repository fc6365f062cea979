import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import { engineHere, PLAIN_ENGINE, useEngine } from '@opine/models/exec/wasm/width.ts'
import type { Program } from '@opine/models/ir/types.ts'
import type { CompiledModel } from '@opine/models/lower/compile.ts'
import { commitmentTree } from '@opine/models/trace/commit.ts'
import { hashingWith, ownHashers } from './hashing.ts'
import { arithmeticLimit, memoryLimit } from './limit.ts'
import { compareTimes } from './measure.ts'
import { multiplyAdds } from './multiply-adds.ts'
import { stockInference } from './stock.ts'
import type { Subject } from './subjects.ts'
import { digits, milliseconds, percent, ratio, table } from './table.ts'

const SALT = new Uint8Array(32).fill(7)
/** Engines may compile WebAssembly twice: quickly first, well while it runs. */
const WARM_RUNS = 5

/** Runs the model and hashes what an assertion commits to. */
const committing = (executor: WasmExecutor, program: Program, inputs: readonly Uint8Array[]) => (): unknown =>
  rootOf(commitmentTree(executor.commit(program, inputs), SALT))

/** An executor for a program with vectors of 128 bits alone. */
function plainExecutor(program: Program): WasmExecutor {
  const executor = new WasmExecutor(null)
  const engine = engineHere()
  useEngine(PLAIN_ENGINE)
  try {
    executor.prepare(program, 'outputs')
  } finally {
    useEngine(engine)
  }
  return executor
}

async function row(subject: Subject, model: CompiledModel, rounds: number): Promise<string[]> {
  const { program, interface: ports } = model
  const inputs = randomInputs(ports.inputs, 1, indexBounds(program))
  const [executor, plain] = [new WasmExecutor(null), plainExecutor(program)]
  const hasher = ownHashers()[0]!
  const limit = arithmeticLimit(engineHere())
  const works = {
    stock: await stockInference(subject, model, inputs, 1),
    ours: () => executor.executeOutputs(program, inputs),
    plain: () => plain.executeOutputs(program, inputs),
    committed: () => hashingWith(hasher, committing(executor, program, inputs)),
    limit: limit.run,
  }
  for (let time = 0; time < WARM_RUNS; time++) for (const work of Object.values(works)) await work()
  const times = await compareTimes(works, rounds)
  const adds = multiplyAdds(program)
  const share = adds < 1e6 ? ['-', '-'] : [digits(adds / times.ours / 1e6), percent(adds / times.ours, limit.amount / times.limit)]
  return [
    subject.name,
    milliseconds(times.stock),
    milliseconds(times.ours),
    ratio(times.ours, times.stock),
    ...share,
    milliseconds(times.committed),
    ratio(times.committed, times.stock),
    ratio(times.plain, times.stock),
  ]
}

async function limits(rounds: number): Promise<string> {
  const [engine, memory] = [engineHere(), memoryLimit()]
  const [arithmetic, plain] = [arithmeticLimit(engine), arithmeticLimit(PLAIN_ENGINE)]
  const times = await compareTimes({ arithmetic: arithmetic.run, plain: plain.run, memory: memory.run }, rounds)
  const speed = (amount: number, time: number): string => digits(amount / time / 1e6)
  const joined =
    engine.width === 8 ? `${speed(arithmetic.amount, times.arithmetic)} GMAC/s with those that the engine joins, as here, and ` : ''
  return [
    `The machine's limits on one thread: multiplications and additions in registers, ${speed(plain.amount, times.plain)} GMAC/s with vectors of 128 bits,`,
    `${joined}${speed(memory.amount, times.memory)} GB/s read from memory.`,
  ].join(' ')
}

/** The table of executors on one thread: ONNX Runtime, ours, and ours with the commitment that an assertion needs. */
export async function executorTable(models: readonly (readonly [Subject, CompiledModel])[], rounds: number): Promise<string[]> {
  const rows: string[][] = []
  for (const [subject, model] of models) rows.push(await row(subject, model, rounds))
  const head = ['model', 'ONNX Runtime', 'ours', 'ratio', 'GMAC/s', 'of the limit', 'with commitment', 'ratio', '128 bits: ratio']
  return [
    'One inference of each model on one thread: by ONNX Runtime with its default optimisation, by our WebAssembly executor, which computes every bit as',
    'specified, and by that with the commitment, from the inputs to the trace root. GMAC/s counts what folds multiply and add. The executor `wasm-128`,',
    'without joined vectors, is what browsers run.',
    '',
    await limits(rounds),
    '',
    ...table(head, rows),
  ]
}
