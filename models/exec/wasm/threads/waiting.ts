import type { TicketQueue } from './queue.ts'

/** A hint to the processor that this thread only looks again; engines that do not know it need none. */
export const pause: () => void = (Atomics as { readonly pause?: () => void }).pause?.bind(Atomics) ?? ((): void => {})

/** Looks before a thread sleeps: about as long as it takes to be woken. */
const LOOKS = 4000
const NAP_MS = 1000

/** Whether this thread may sleep: the one that shows a page may not. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)
    return true
  } catch {
    return false
  }
}

let sleeps: boolean | undefined

/** Waits until a ticket is done, a second at most. @returns whether one was done */
function nap(queue: TicketQueue): boolean {
  sleeps ??= maySleep()
  if (sleeps) return queue.sleep(NAP_MS)
  const open = queue.open
  for (const end = performance.now() + NAP_MS; performance.now() < end; ) {
    for (let look = 0; look < LOOKS; look++) {
      if (queue.open !== open) return true
      pause()
    }
  }
  return false
}

/**
 * Waits until all tickets that were given out are done.
 * @param patience  seconds in a row in which none is done, after which it is given up: counted in naps, so that a machine that was halted meanwhile
 *                  is not taken for a thread that hangs
 * @returns         whether all are done
 */
export function waitFor(queue: TicketQueue, patience: number): boolean {
  for (let look = 0; look < LOOKS; look++) {
    if (queue.open === 0) return true
    pause()
  }
  for (let naps = 0; queue.open !== 0; ) {
    if (nap(queue)) naps = 0
    else if (++naps >= patience) return false
  }
  return true
}
