import type { LoadedModel } from '../load.ts'
import { type Commitment, commitmentOfTrace } from './commitment.ts'
import { buildTrace, type Execute, type Trace } from './trace.ts'

/**
 * Runs models, here or elsewhere. An answer, and a check of one, take the commitment alone; a dispute may look at every node, and its clock runs.
 */
export type Runs = {
  /** @param key  the same for the same model and input @throws what the executor throws */
  readonly commitment: (key: string, model: LoadedModel, inputs: readonly Uint8Array[]) => Promise<Commitment>
  /** Likewise: everything, such that no clock waits for a tree to be hashed. @param urgent  whether a clock runs */
  readonly trace: (key: string, model: LoadedModel, inputs: readonly Uint8Array[], urgent: boolean) => Promise<Trace>
}

/** Runs here, at once, and hashes when nodes are looked at: for a program that does nothing else meanwhile. */
export const runsHere = (execute: Execute): Runs => ({
  commitment: async (_key, { program }, inputs) => commitmentOfTrace(buildTrace(program, inputs, execute)),
  trace: async (_key, { program }, inputs) => buildTrace(program, inputs, execute),
})
