import { OpineError } from '@opine/dispute-game/errors.ts'
import type { OpineClient } from './client.ts'
import { type FollowOptions, follow, type Told } from './follow.ts'
import { Standing } from './standing.ts'

export type Answer = {
  readonly requestId: string
  readonly assertionId: string
  readonly asserter: string
  readonly output: string
  readonly block: number
}

/** @property timeout  milliseconds; for ever if left out. @property onEvent  hears what happens meanwhile */
export type WaitOptions = FollowOptions & { readonly timeout?: number; readonly onEvent?: (event: Told) => void }

/**
 * Waits for the final answer. It goes on where a node does not answer or the chain is reorganised; `confirmations` says how deep the
 * settlement must lie.
 * @throws {OpineError} `REQUEST_EXPIRED`; `REQUEST_OVERDUE` if nobody answered and nobody ended it yet; `NO_ANSWER` after the timeout; the
 *   signal's reason
 * @example
 * const answer = await wait(client, { ...asked, confirmations: 3, signal: AbortSignal.timeout(86_400_000) })
 */
export async function wait(client: OpineClient, { timeout, onEvent, signal, ...options }: WaitOptions): Promise<Answer> {
  const { requestId } = options
  const late = timeout === undefined ? undefined : AbortSignal.timeout(timeout)
  const signals = [signal, late].filter((each) => each !== undefined)
  const standing = new Standing()
  try {
    for await (const { head, told } of follow(client, { ...options, signal: AbortSignal.any(signals) })) {
      for (const event of told) {
        onEvent?.(event)
        standing.note(event)
      }
      const { settled, expired } = standing
      if (settled) {
        const { assertionId, asserter, output, block } = settled
        return { requestId, assertionId, asserter, output, block }
      }
      if (expired) {
        const reason = expired.partial ? 'too few operators answered alike' : 'nobody answered in time'
        throw new OpineError('REQUEST_EXPIRED', `request ${requestId} expired: ${reason}; its money waits in the vault for whoever asked`, {
          requestId,
        })
      }
      if (standing.isOverdue(head.timestamp) && (await canExpire(client, requestId))) {
        const message = `nobody answered request ${requestId} in time; finish ends it, and its fee goes back to whoever asked`
        throw new OpineError('REQUEST_OVERDUE', message, { requestId })
      }
    }
  } catch (error) {
    if (late?.aborted && error === late.reason) throw noAnswer(requestId, timeout!, standing.asked)
    throw error
  }
  throw noAnswer(requestId, timeout ?? 0, standing.asked)
}

async function canExpire({ oracle }: OpineClient, requestId: string): Promise<boolean> {
  try {
    await oracle.getFunction('expire').staticCall(requestId)
    return true
  } catch {
    return false
  }
}

function noAnswer(requestId: string, timeout: number, asked: boolean): OpineError {
  const reason = asked
    ? 'it goes on without whoever waits: look again later'
    : 'the chain does not show the request either: check its id and transaction'
  return new OpineError('NO_ANSWER', `request ${requestId} has no final answer after ${timeout / 1000} seconds; ${reason}`, { requestId })
}
