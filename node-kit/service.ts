import { OpineError } from '@opine/dispute-game/errors.ts'
import { oneLine } from './log.ts'

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
    const asked = controller.signal.aborted && error instanceof OpineError && error.code === 'STOPPED'
    if (!asked) reportFailure(error)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** Says what went wrong, and sets the exit code: one line for an expected error, the stack for any other. */
export function reportFailure(error: unknown): void {
  const text =
    error instanceof OpineError ? `error ${error.code}: ${oneLine(error.message)}` : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${text}\n`)
  process.exitCode = 1
}
