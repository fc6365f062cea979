import type { RequestState } from '@opine/node-kit/reads.ts'
import type { Standing } from '@opine/node-kit/settle.ts'
import type { Head } from '@opine/node-kit/sync.ts'

/**
 * The last block time, unix seconds, at which there is nothing to do about a request in which there is nothing to do now, unless somebody
 * answers it or disputes an answer, which events tell. Undefined where something can change that no event tells: a game that ends, a
 * consumer that waits to hear of a fall, whatever is overdue.
 */
export function quietUntil(request: RequestState, assertions: readonly Standing[], head: Head): number | undefined {
  if (assertions.some(({ openGames }) => openGames > 0)) return undefined
  if (request.optimistic && !request.delivered && assertions.some(({ status }) => status === 'DEFEATED')) return undefined
  const standing = assertions.filter(({ status }) => status === 'STANDING')
  const until = Math.min(request.deadline, ...standing.map(({ assertedAt }) => assertedAt + request.liveness))
  return until < head.timestamp ? undefined : until
}
