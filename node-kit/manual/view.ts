import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { type Chain, openChain } from '../chain.ts'
import { readDeployment } from '../deployment-file.ts'
import { Journal } from '../journal.ts'
import { createLog, type Log } from '../log.ts'
import { Store } from '../store.ts'
import { EventSync, type Head } from '../sync.ts'

/** Everything that happened on a deployment, read from the chain alone: whether a daemon runs, and what its store says, does not matter. */
export type View = {
  readonly chain: Chain
  readonly journal: Journal
  readonly head: Head
  /** Of this command: in memory, and gone with it. */
  readonly memory: Store
  /** Warnings and errors, on standard error. */
  readonly log: Log
}

/** The models at hand, as `Reruns` of the models package. Undefined where none of them is that program. */
export type Machine = {
  readonly run: (programRoot: Hex, requestId: Hex, input: Hex) => Rerun | undefined
  readonly describe: (programRoot: Hex, kernel: number) => string | undefined
}

type Rerun = {
  readonly output: Hex
  readonly root: (account: string) => Hex
  readonly difference: (asserted: Hex) => Difference | undefined
}

type Difference = {
  readonly output: number
  readonly kernel: number
  readonly element: number
  readonly asserted: number
  readonly own: number
}

/** What the models at hand give to a request. */
export function rerun({ journal }: View, machine: Machine, requestId: Hex): Rerun | undefined {
  const [request, input] = [journal.request(requestId), journal.input(requestId)]
  return request && input !== undefined ? machine.run(request.programRoot, requestId, input) : undefined
}

/** @property deployment  its file */
export type Place = { readonly rpc: string; readonly deployment: string }

/**
 * Reads the protocol's events from the deployment on, for as long as `work` takes.
 * @throws {OpineError} those of `readDeployment` and `openChain`, and whatever `work` throws
 */
export async function withView<T>({ rpc, deployment }: Place, work: (view: View) => Promise<T>): Promise<T> {
  const log = createLog({ format: 'text', service: 'opine', minimum: 'warn' })
  const chain = await openChain({ url: rpc }, readDeployment(deployment), log)
  const memory = Store.open(':memory:')
  try {
    const journal = new Journal(memory, () => true)
    const head = await new EventSync({}, { chain, store: memory, log }).poll((event) => void journal.take(event))
    return await work({ chain, journal, head, memory, log })
  } finally {
    memory.close()
    chain.close()
  }
}
