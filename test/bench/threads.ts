import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import type { CompiledModel } from '@opine/models/lower/compile.ts'
import { commitmentTree } from '@opine/models/trace/commit.ts'
import { executorOn } from '../wasm/teams.ts'
import { compareTimes } from './measure.ts'
import { multiplyAdds } from './multiply-adds.ts'
import { stockInference } from './stock.ts'
import type { Subject } from './subjects.ts'
import { milliseconds, ratio, table } from './table.ts'

const SALT = new Uint8Array(32).fill(7)
const WARM_RUNS = 5
/** Models with less to compute are done before threads have met. */
const LEAST = 1e7

const wallClock = (): number => performance.now()

async function row(subject: Subject, model: CompiledModel, counts: readonly number[], rounds: number): Promise<string[]> {
  const { program, interface: ports } = model
  const inputs = randomInputs(ports.inputs, 1, indexBounds(program))
  const executors = counts.map((count) => executorOn(count))
  const works: Record<string, () => unknown> = {}
  for (const [at, executor] of executors.entries()) {
    const count = counts[at]!
    works[`stock ${count}`] = await stockInference(subject, model, inputs, count)
    works[`ours ${count}`] = () => rootOf(commitmentTree(executor.commit(program, inputs), SALT))
  }
  for (let time = 0; time < WARM_RUNS; time++) for (const work of Object.values(works)) await work()
  const times = await compareTimes(works, rounds, wallClock)
  for (const executor of executors) await executor.close()
  const cells = counts.flatMap((count) => {
    const [stock, ours] = [times[`stock ${count}`]!, times[`ours ${count}`]!]
    return [milliseconds(stock), milliseconds(ours), ratio(ours, stock)]
  })
  return [subject.name, ...cells, ratio(times[`ours ${counts[0]!}`]!, times[`ours ${counts.at(-1)!}`]!)]
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
    'runs on the machine counts. Models that multiply and add less than ten million times are left out. The last column is how many times as',
    'fast ours is on the most threads as on the fewest.',
    '',
    ...table(['model', ...head, 'speed-up'], rows),
  ]
}
