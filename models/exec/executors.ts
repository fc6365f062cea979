import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Commit } from '../trace/commitment.ts'
import type { Execute } from '../trace/trace.ts'

/** The executors that daemons run models with, by name. Each is loaded when it is asked for; a further one is one line here. */
const EXECUTORS: Readonly<Record<string, () => Promise<Executor>>> = {
  reference: () => import('./reference/execute.ts'),
  wasm: () => import('./wasm/execute.ts'),
}

/**
 * Which executor runs models.
 * @property module  URL of a module that is an `Executor`, where it is none of ours
 */
export type ExecutorChoice = { readonly name: string; readonly module?: string }

export const DEFAULT_EXECUTOR: ExecutorChoice = { name: 'wasm' }

/** @property commit  of one that can do without a trace */
export type Executor = { readonly execute: Execute; readonly commit?: Commit }

/** An executor under the name by which it is refused. */
export type NamedExecutor = Executor & { readonly name: string }

/** @throws {OpineError} `EXECUTOR_UNKNOWN` */
export async function loadExecutor({ name, module }: ExecutorChoice): Promise<NamedExecutor> {
  const load = module === undefined ? EXECUTORS[name] : (): Promise<Executor> => import(module)
  if (load) {
    const { execute, commit } = await load()
    return { name, execute, ...(commit ? { commit } : {}) }
  }
  const known = Object.keys(EXECUTORS)
  throw new OpineError('EXECUTOR_UNKNOWN', `there is no executor "${name}"; there are ${known.join(', ')}`, { name, known })
}
