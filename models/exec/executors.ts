import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Execute } from '../trace/trace.ts'

/** The executors that daemons run models with, by name. Each is loaded when it is asked for; a further one is one line here. */
const EXECUTORS: Readonly<Record<string, () => Promise<Execute>>> = {
  reference: async () => (await import('./reference/execute.ts')).execute,
  wasm: async () => (await import('./wasm/execute.ts')).execute,
}

/**
 * Which executor runs models.
 * @property module  URL of a module whose `execute` it is, where it is none of ours
 */
export type ExecutorChoice = { readonly name: string; readonly module?: string }

export const DEFAULT_EXECUTOR: ExecutorChoice = { name: 'wasm' }

/** An executor under the name by which it is refused. */
export type NamedExecutor = { readonly name: string; readonly execute: Execute }

/** @throws {OpineError} `EXECUTOR_UNKNOWN` */
export async function loadExecutor({ name, module }: ExecutorChoice): Promise<NamedExecutor> {
  if (module !== undefined) return { name, execute: ((await import(module)) as { readonly execute: Execute }).execute }
  const load = EXECUTORS[name]
  if (load) return { name, execute: await load() }
  const known = Object.keys(EXECUTORS)
  throw new OpineError('EXECUTOR_UNKNOWN', `there is no executor "${name}"; there are ${known.join(', ')}`, { name, known })
}
