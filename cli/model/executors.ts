import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import type { Execute } from '@opine/models/trace/trace.ts'
import { Option } from 'commander'

/** Executors by name, each for a number of threads; `reference`, which defines, has one. */
export const EXECUTORS: Readonly<Record<ExecutorName, (threads: number) => Execute>> = { reference: () => reference }

export type ExecutorName = 'reference'

export const executorOption = (): Option =>
  new Option('--executor <name>', 'which of our executors runs').choices(Object.keys(EXECUTORS)).default('reference' satisfies ExecutorName)
