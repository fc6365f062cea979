import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Chain } from './chain.ts'
import { errorFields, type Log } from './log.ts'

/**
 * Calls `tick` at once, then whenever the chain may have something new, and at least every `poll` milliseconds; never twice at a time.
 * A lost connection or a node's error is survived; what cannot be mended ends the loop.
 * @throws what `tick` throws about the store or the chain that is served
 */
export async function runLoop(
  { chain, poll, log }: { chain: Chain; poll: number; log: Log },
  signal: AbortSignal,
  tick: () => Promise<void>,
) {
  let awake = Promise.withResolvers<void>()
  const stopWaking = chain.onWake(() => awake.resolve())
  try {
    while (!signal.aborted) {
      awake = Promise.withResolvers<void>()
      try {
        await tick()
      } catch (error) {
        if (isFatal(error)) throw error
        log.warn('tickFailed', errorFields(error))
        // A node that fails is not asked in a tight loop.
        await sleep(Math.min(poll, 1000), undefined, { signal }).catch(() => {})
      }
      const timer = new AbortController()
      const rest = sleep(poll, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).catch(() => {})
      await Promise.race([awake.promise, rest])
      timer.abort()
    }
  } finally {
    stopWaking()
  }
}

const isFatal = (error: unknown): boolean => error instanceof OpineError && /^(STORE_|CHAIN_)/.test(error.code)

/**
 * Runs a daemon's main function until it ends or the process is told to stop: the first SIGINT or SIGTERM asks it to finish, the second ends
 * the process. An expected error is one line and exit code 1.
 */
export async function runDaemon(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    await main(controller.signal)
  } catch (error) {
    reportFailure(error)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** Says what went wrong, and sets the exit code: one line for an expected error, the stack for any other. */
export function reportFailure(error: unknown): void {
  const text = error instanceof OpineError ? `error ${error.code}: ${error.message}` : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${text}\n`)
  process.exitCode = 1
}
