import type { LoadedModel } from '../load.ts'
import { buildTrace, type Execute, type Trace } from './trace.ts'

/**
 * What a trace is wanted for: an `answer`, or a check of one, looks at committed kernels alone; a `game` may look at every node, and its clock
 * runs.
 */
export type Purpose = 'answer' | 'game'

/** Runs models, here or elsewhere. */
export type Runs = {
  /** @param key  the same for the same model and input @throws what the executor throws */
  readonly trace: (key: string, model: LoadedModel, inputs: readonly Uint8Array[], purpose: Purpose) => Promise<Trace>
  /** The same trace, of which no tree is hashed only when it is looked at. */
  readonly whole: (key: string, trace: Trace) => Promise<Trace>
}

/** Runs here, at once, and hashes when nodes are looked at: for a program that does nothing else meanwhile. */
export const runsHere = (execute: Execute): Runs => ({
  trace: async (_key, { program }, inputs) => buildTrace(program, inputs, execute),
  whole: async (_key, trace) => trace,
})
