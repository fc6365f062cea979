import { setTimeout as sleep } from 'node:timers/promises'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import type { CompiledModel } from '@opine/models/lower/compile.ts'
import { commitmentTree } from '@opine/models/trace/commit.ts'
import { executorOn } from '../wasm/teams.ts'
import { hashingWith, ownHashers } from './hashing.ts'
import { compareTimes } from './measure.ts'
import { multiplyAdds } from './multiply-adds.ts'
import { stockInference } from './stock.ts'
import type { Subject } from './subjects.ts'
import { milliseconds, ratio, table } from './table.ts'

const SALT = new Uint8Array(32).fill(7)
/** Models with less to compute are done before threads have met. */
const LEAST = 1e7

const wallClock = (): number => performance.now()

/** Idle threads of a runtime look for work a while longer: they must not take the processors from the next. */
const QUIET_MS = 150

/** Median time of `work`, when nothing else of this process runs. */
async function alone(work: () => unknown, rounds: number): Promise<number> {
  await sleep(QUIET_MS)
  return (await compareTimes({ work }, rounds, wallClock)).work
}

async function row(subject: Subject, model: CompiledModel, counts: readonly number[], rounds: number): Promise<string[]> {
  const { program, interface: ports } = model
  const inputs = randomInputs(ports.inputs, 1, indexBounds(program))
  const [hasher] = ownHashers()
  const times: { readonly stock: number; readonly ours: number }[] = []
  for (const count of counts) {
    const stock = await alone(await stockInference(subject, model, inputs, count), rounds)
    const executor = executorOn(count)
    const commit = (): unknown => rootOf(commitmentTree(executor.commit(program, inputs), SALT))
    times.push({ stock, ours: await alone(() => hashingWith(hasher!, commit), rounds) })
    await executor.close()
  }
  const cells = times.flatMap(({ stock, ours }) => [milliseconds(stock), milliseconds(ours), ratio(ours, stock)])
  const gain = (of: 'stock' | 'ours'): string => ratio(times[0]![of], times.at(-1)![of])
  return [subject.name, ...cells, gain('stock'), gain('ours')]
}

/** The table of threads: ONNX Runtime and ours with the commitment on as many threads, by the clock on the wall. */
export async function threadTable(
  models: readonly (readonly [Subject, CompiledModel])[],
  counts: readonly number[],
  rounds: number,
): Promise<string[]> {
  const rows: string[][] = []
  for (const [subject, model] of models) {
    if (multiplyAdds(model.program) >= LEAST) rows.push(await row(subject, model, counts, rounds))
  }
  const head = counts.flatMap((count) => [`ONNX Runtime, ${count}`, `ours, ${count}`, 'ratio'])
  return [
    'From the inputs to the trace root by our executor, and one inference of ONNX Runtime, on as many threads each, by the clock on the wall: what else',
    'runs on the machine counts. Each by itself, one after the other: idle threads look for work a while longer. Models that multiply and add less than ten',
    'million times are left out. The last columns are how many times as fast each is on the most threads as on the fewest.',
    '',
    ...table(['model', ...head, 'speed-up, ONNX Runtime', 'ours'], rows),
  ]
}
