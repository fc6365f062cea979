import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { NamedExecutor } from '../exec/executors.ts'
import type { LoadedModel } from '../load.ts'
import { splitInputs } from '../trace/commit.ts'
import type { Commitment } from '../trace/commitment.ts'
import { type Trace, traceOfBuffers } from '../trace/trace.ts'

const NEXT = 'do not stake with it: use another executor, or another machine, and report this'

export type Runnable = Pick<LoadedModel, 'program'>

/** @throws {OpineError} `EXECUTOR_WRONG` if it does not run */
export const run = (executor: NamedExecutor, name: string, { program }: Runnable, input: Uint8Array): Promise<Trace> =>
  named(executor, name, async () => {
    const inputs = splitInputs(program, input)
    return traceOfBuffers(program, inputs, await executor.execute(program, inputs))
  })

/** As daemons answer; null where the executor keeps everything anyway. @throws {OpineError} `EXECUTOR_WRONG` if it does not run */
export async function commit(executor: NamedExecutor, name: string, { program }: Runnable, input: Uint8Array): Promise<Commitment | null> {
  const { commit: own } = executor
  return own ? named(executor, name, async () => own(program, splitInputs(program, input))) : null
}

async function named<T>({ name: executor }: NamedExecutor, name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `the executor "${executor}" fails in the golden case "${name}": ${reason}; ${NEXT}`
    throw new OpineError('EXECUTOR_WRONG', message, { executor, case: name, found: reason }, { cause })
  }
}

/** @throws {OpineError} `EXECUTOR_WRONG` unless both are the same: names executor, case, what it is, both values */
export function expect({ name: executor }: NamedExecutor, name: string, what: string, expected: Hex, found: Hex): void {
  if (expected === found) return
  const message = `the executor "${executor}" computes wrong in the golden case "${name}": ${what} is ${found}, expected ${expected}; ${NEXT}`
  throw new OpineError('EXECUTOR_WRONG', message, { executor, case: name, what, expected, found })
}
