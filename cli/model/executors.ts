import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { execute as wasm } from '@opine/models/exec/wasm/execute.ts'
import type { Execute } from '@opine/models/trace/trace.ts'
import { Option } from 'commander'

/** Executors by name, each for a number of threads and told of every kernel that is done; `reference` defines, `wasm` is fast; each has one thread. */
export const EXECUTORS: Readonly<Record<ExecutorName, (threads: number, onKernel?: (kernel: number) => void) => Execute>> = {
  wasm: (_threads, onKernel) => (program, inputs) => wasm(program, inputs, onKernel),
  reference: (_threads, onKernel) => (program, inputs) => reference(program, inputs, onKernel),
}

export type ExecutorName = 'wasm' | 'reference'

export const executorOption = (): Option =>
  new Option('--executor <name>', 'which of our executors runs').choices(Object.keys(EXECUTORS)).default('wasm' satisfies ExecutorName)

/** Tells of a run that takes long: the kernels done, of how many, at most once in two seconds. */
export function tellKernels(kernels: number, tell: (text: string) => void): (kernel: number) => void {
  let told = performance.now()
  return (kernel) => {
    if (performance.now() - told < 2000) return
    told = performance.now()
    tell(`${kernel + 1} of ${kernels} kernels`)
  }
}
