import { OpineError } from '@opine/dispute-game/errors.ts'
import { pairHasher, wasmHasher } from '@opine/dispute-game/merkle/pair-hasher.ts'
import type { Proved } from '../certify/certificate.ts'
import type { Program } from '../ir/types.ts'
import type { Commit } from '../trace/commitment.ts'
import type { Execute } from '../trace/trace.ts'
import type { WasmExecutor } from './wasm/executor.ts'
import { canJoinVectors, useJoinedVectors } from './wasm/node/joining-engine.ts'
import type { StartHelper } from './wasm/threads/team.ts'
import { PLAIN_ENGINE, useEngine } from './wasm/width.ts'

/**
 * The executors that daemons run models with, by name. Each is loaded when it is asked for; a further one is one line here.
 * `wasm-128` is `wasm` without what the host's engine can do beyond WebAssembly's vectors.
 */
const EXECUTORS: Readonly<Record<string, (choice: ExecutorChoice) => Promise<Executor>>> = {
  reference: () => import('./reference/execute.ts'),
  wasm: async ({ threads }) => {
    joinVectors()
    return wasmOn(threads)
  },
  'wasm-128': async ({ threads }) => {
    useEngine(PLAIN_ENGINE)
    return wasmOn(threads)
  },
  onnxruntime: async (choice) => (await import('./onnxruntime/choose.ts')).chosenProviders(await stockChoice(choice)),
  auto: async (choice) => (await import('./onnxruntime/choose.ts')).fastestProvider(await stockChoice(choice)),
}

/**
 * Threads that run a model together.
 * @property count    the caller's included; 1 is one thread, without shared memory
 * @property starter  URL of a module that starts helper threads here: its `helpersOf` takes the URL of what they run
 */
export type Threads = { readonly count: number; readonly starter: string }

type Starter = { readonly helpersOf: (module: string) => StartHelper }

async function wasmOn(several: Threads | undefined): Promise<Pick<WasmExecutor, 'execute' | 'executeCommitted' | 'commit'>> {
  if (several === undefined || several.count === 1) return import('./wasm/execute.ts')
  const { count: threads, starter } = several
  const [{ WasmExecutor }, { Team }] = await Promise.all([import('./wasm/executor.ts'), import('./wasm/threads/team.ts')])
  const { helpersOf } = (await import(starter)) as Starter
  return new WasmExecutor(new Team({ threads }, helpersOf(HELPER)))
}

/**
 * The engine's pass is for all that is compiled in the process meanwhile. A hasher in WebAssembly that became hot in that moment would be joined
 * too, as it was not written for: so only where hashes are native.
 */
const mayJoin = (): boolean => pairHasher() !== wasmHasher && canJoinVectors()

/** Programs that this thread compiles from now on are for joined vectors, where that is safe and the machine has them. */
export function joinVectors(): void {
  if (mayJoin()) useJoinedVectors()
  else useEngine(PLAIN_ENGINE)
}

/** What runs beside the stock runtime, and instead of it. */
async function stockChoice({ threads, ...choice }: ExecutorChoice) {
  joinVectors()
  return { ...choice, ...(threads === undefined ? {} : { threads: threads.count }), canonical: await wasmOn(threads) }
}

/** What a helper thread of the WebAssembly executor runs. */
export const HELPER = new URL('./wasm/threads/helper.ts', import.meta.url).href

/**
 * Which executor runs models.
 * @property module   URL of a module that is an `Executor`, where it is none of ours
 * @property threads  one if left out
 * @property providers  of the stock runtime, in the order in which they are tried, where it runs them
 */
export type ExecutorChoice = {
  readonly name: string
  readonly module?: string
  readonly threads?: Threads
  readonly providers?: readonly string[]
}

/** Whether an executor runs what is proved of a program, so that a process is well advised to prove it once. */
export const runsProofs = ({ name, module }: ExecutorChoice): boolean => module === undefined && (name === 'onnxruntime' || name === 'auto')

export const DEFAULT_EXECUTOR: ExecutorChoice = { name: 'wasm' }

/** The executor and how it runs here: what was checked of one is not of another. */
export function executorLabel({ name, threads }: ExecutorChoice): string {
  if (name === 'reference') return name
  const joined = name !== 'wasm-128' && mayJoin() ? ', vectors joined' : ''
  return `${name}${threads !== undefined && threads.count > 1 ? `, ${threads.count} threads` : ''}${joined}`
}

type Eventually<F extends (...given: never[]) => unknown> = (...given: Parameters<F>) => ReturnType<F> | Promise<ReturnType<F>>

/** What an executor tells whoever keeps a log. */
export type ExecutorNote = { readonly level: 'info' | 'warn'; readonly event: string; readonly fields: Readonly<Record<string, unknown>> }

/**
 * @property commit  of one that can do without a trace
 * @property prove   of one that runs what is proved of a program: takes the proof, which it else makes itself
 * @property notes   what happened since it was asked last, of one that chooses between devices
 */
export type Executor = {
  readonly execute: Eventually<Execute>
  readonly commit?: Eventually<Commit>
  readonly prove?: (program: Program, proved: Proved) => void
  readonly notes?: () => readonly ExecutorNote[]
}

/** An executor under the name by which it is refused. */
export type NamedExecutor = Executor & { readonly name: string }

/** @throws {OpineError} `EXECUTOR_UNKNOWN`, `PROVIDER_UNKNOWN` */
export async function loadExecutor(choice: ExecutorChoice): Promise<NamedExecutor> {
  const { name, module } = choice
  const load = module === undefined ? EXECUTORS[name] : (): Promise<Executor> => import(module)
  if (load) {
    const { execute, commit, prove, notes } = await load(choice)
    return { name, execute, ...(commit ? { commit } : {}), ...(prove ? { prove } : {}), ...(notes ? { notes } : {}) }
  }
  const known = Object.keys(EXECUTORS)
  throw new OpineError('EXECUTOR_UNKNOWN', `there is no executor "${name}"; there are ${known.join(', ')}`, { name, known })
}
