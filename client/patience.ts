import { OpineError } from '@opine/dispute-game/errors.ts'

/** Errors of ethers that asking again does not mend: something about the call itself is wrong. */
const LASTING = [
  'BAD_DATA',
  'CALL_EXCEPTION',
  'INVALID_ARGUMENT',
  'MISSING_ARGUMENT',
  'UNEXPECTED_ARGUMENT',
  'UNSUPPORTED_OPERATION',
  'NOT_IMPLEMENTED',
]
const PASSING = ['NODE_DISCONNECTED', 'NODE_TIMEOUT', 'NODE_UNREACHABLE', 'NODE_ANSWER', 'NODE_BLOCKLESS']

/** Whether a node may answer better the next time. Nodes word their troubles as they like, so all but known mistakes are such. */
export function isPassing(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  if (error instanceof OpineError) return PASSING.includes(error.code)
  return typeof code === 'string' && !LASTING.includes(code)
}

/** Waits, or less if the signal says so. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
  })
}
