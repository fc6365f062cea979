import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from './stage.ts'

/** Milliseconds without a disturbance after which time goes on, and after which all is given up. */
const [QUIET, GIVEN_UP] = [1500, 120_000] as const

/**
 * Waits until something holds, and disturbs meanwhile. Time passes only where nothing else happens any more.
 * @param what     for the message where it never holds
 * @param disturb  whether it did
 * @param wait     lets time pass
 */
export async function holdsThrough(
  stage: Stage,
  what: () => string,
  holds: () => Promise<boolean>,
  disturb: () => Promise<boolean>,
  wait: () => Promise<unknown>,
): Promise<void> {
  const end = performance.now() + GIVEN_UP
  let since = performance.now()
  while (!(await holds())) {
    if (performance.now() > end) await stage.until(what(), holds, 0)
    if (await disturb()) since = performance.now()
    else if (performance.now() - since > QUIET) {
      await wait()
      since = performance.now()
    }
    await sleep(20)
  }
}
