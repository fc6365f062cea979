import { openHelper as good } from '@opine/models/exec/wasm/threads/helper.ts'
import { Share } from '@opine/models/exec/wasm/threads/share.ts'

/** What a helper does wrong, by the address that it is loaded under: `bad-helper.ts?throw`. */
export const DEEDS: Readonly<Record<string, (work: () => void) => void>> = {
  throw: () => {
    throw new Error('it was told to')
  },
  exit: () => process.exit(3),
  hang: () => {
    for (;;);
  },
  /** Not wrong, but whoever does not wait for it is. */
  linger: (work) => {
    for (const end = performance.now() + 0.3; performance.now() < end; );
    work()
  },
}

export function openHelper(memory: unknown): (message: unknown) => void {
  const deed = DEEDS[new URL(import.meta.url).search.slice(1)]!
  const { call } = Share.prototype
  Share.prototype.call = function (...parameters) {
    deed(() => call.apply(this, parameters))
  }
  return good(memory)
}
