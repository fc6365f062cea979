import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Failure } from './job.ts'

/** Engines have no type for an array for which there is no memory. */
const NO_MEMORY = /allocation failed|invalid (typed )?array (buffer )?length|out of memory/i

/** An error as a thread sends it. */
export function failureOf(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  if (error instanceof OpineError) return { code: error.code, message, details: plainDetails(error.details), stack }
  return { code: error instanceof RangeError && NO_MEMORY.test(message) ? 'COMPUTE_MEMORY' : null, message, details: {}, stack }
}

/** The error that a thread sent. */
export function errorOf({ code, message, details, stack }: Failure): Error {
  const error =
    code === null
      ? new Error(message)
      : new OpineError(code, code === 'COMPUTE_MEMORY' ? `no memory is left: ${message}` : message, details)
  if (stack !== undefined) error.stack = stack
  return error
}

/** What cannot be sent is left out: a failure must arrive. */
function plainDetails(details: Failure['details']): Failure['details'] {
  try {
    return structuredClone(details)
  } catch {
    return {}
  }
}
