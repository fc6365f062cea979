import { availableParallelism } from 'node:os'
import { type Executor, HELPER, joinVectors, loadExecutor } from '@opine/models/exec/executors.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import { Team } from '@opine/models/exec/wasm/threads/team.ts'
import { PLAIN_ENGINE, useEngine } from '@opine/models/exec/wasm/width.ts'
import { helpersOf } from '@opine/node-kit/compute/helpers.ts'
import { Option } from 'commander'
import { progress } from '../output.ts'

/**
 * Executors by name, each for a number of threads and told of every kernel that is done; `reference` defines and has one thread, `wasm` is fast,
 * `wasm-128` without vectors of more than 128 bits,
 * `onnxruntime` runs what is order-free on the stock runtime, `auto` takes the fastest.
 */
export const EXECUTORS: Readonly<Record<ExecutorName, (threads: number, onKernel?: (kernel: number) => void) => Executor['execute']>> = {
  wasm: (threads, onKernel) => {
    joinVectors()
    const { execute } = wasmOn(threads)
    return (program, inputs) => execute(program, inputs, onKernel)
  },
  'wasm-128': (threads, onKernel) => {
    useEngine(PLAIN_ENGINE)
    const { execute } = wasmOn(threads)
    return (program, inputs) => execute(program, inputs, onKernel)
  },
  reference: (_threads, onKernel) => (program, inputs) => reference(program, inputs, onKernel),
  onnxruntime: (threads) => stock('onnxruntime', threads),
  auto: (threads) => stock('auto', threads),
}

const known = new Map<number, WasmExecutor>()

/** One for each number of threads: its helpers wait for the next model. */
function wasmOn(threads: number): WasmExecutor {
  const executor = known.get(threads) ?? new WasmExecutor(threads === 1 ? null : new Team({ threads }, helpersOf(HELPER)))
  known.set(threads, executor)
  return executor
}

export type ExecutorName = 'wasm' | 'wasm-128' | 'reference' | 'onnxruntime' | 'auto'

/** Tells on stderr what was chosen and refused. */
function stock(name: ExecutorName, threads: number): Executor['execute'] {
  const loading = loadExecutor({ name, threads: { count: threads, starter: import.meta.resolve('@opine/node-kit/compute/helpers.ts') } })
  return async (program, inputs) => {
    const { execute, notes } = await loading
    const buffers = await execute(program, inputs)
    for (const { event, fields } of notes?.() ?? []) progress(`${event} ${JSON.stringify(fields)}`)
    return buffers
  }
}

export const executorOption = (): Option =>
  new Option('--executor <name>', 'which of our executors runs').choices(Object.keys(EXECUTORS)).default('wasm' satisfies ExecutorName)

/** Threads of a process that does nothing else. */
export const mostThreads = (): number => Math.min(8, availableParallelism())

/** Tells of a run that takes long: the kernels done, of how many, at most once in two seconds. */
export function tellKernels(kernels: number, tell: (text: string) => void): (kernel: number) => void {
  let told = performance.now()
  return (kernel) => {
    if (performance.now() - told < 2000) return
    told = performance.now()
    tell(`${kernel + 1} of ${kernels} kernels`)
  }
}
