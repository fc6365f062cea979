import { Bell } from './bell.ts'
import { Share, type ShareParts } from './share.ts'

/** What a team's master sends to each helper: a share to take part in, or the number of one that is no more. */
export type TeamMessage = ShareParts | { readonly forget: number }

/**
 * What a helper thread does with the messages of its team: in between it works, without coming back to its event loop, and sleeps when there is
 * nothing to do.
 * @param memory  of the team's `Bell`
 */
export function openHelper(memory: unknown): (message: unknown) => void {
  const bell = new Bell(memory as SharedArrayBuffer)
  const shares = new Map<number, Share>()
  let received = 0
  return (sent) => {
    const message = sent as TeamMessage
    received = (received + 1) | 0
    if ('forget' in message) shares.delete(message.forget)
    else shares.set(message.id, new Share(message))
    while (bell.orders === received) {
      // Looked at first: what is given out while this thread finds nothing wakes it at once.
      const rings = bell.rings
      if (shares.get(bell.current)?.workOnce()) continue
      if (bell.orders === received) bell.wait(rings)
    }
  }
}
