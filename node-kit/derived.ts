import { createHash } from 'node:crypto'
import type { Log } from './log.ts'
import type { Store } from './store.ts'

/** @property code  that derived it @property digest  of all of this, so that what a disk or an editor changed is noticed */
type Kept = { readonly code: string; readonly digest: string; readonly text: string }

/** What took long to derive, by the name of what it was derived from. */
export type Derived<T> = { readonly get: (name: string) => T | undefined; readonly put: (name: string, value: T) => void }

/**
 * Keeps what this code derived between starts: in the daemon's own store and nowhere else, for it is believed, as the checks are that an executor passed. What other
 * code derived, or what is not as it was written, is not given, and so derived anew.
 * @param kind  of records; `T` must survive JSON
 * @param code  of what derives, see `codeVersion`
 */
export function derivedIn<T>(kind: string, code: string, { store, log }: { store: Store; log: Pick<Log, 'warn'> }): Derived<T> {
  const digestOf = (name: string, text: string): string =>
    createHash('sha256')
      .update(JSON.stringify([kind, code, name, text]))
      .digest('hex')
  return {
    get: (name) => {
      const kept = store.get<Kept>(kind, name)
      if (kept?.code !== code) return undefined
      if (kept.digest === digestOf(name, kept.text)) return JSON.parse(kept.text) as T
      const effect = 'what is kept is not what was written, and is derived anew; check the disk, and who else writes to the data folder'
      log.warn('derivedAltered', { kind, name, effect })
      return undefined
    },
    put: (name, value) => {
      const text = JSON.stringify(value)
      const kept: Kept = { code, digest: digestOf(name, text), text }
      store.put(kind, name, kept)
    },
  }
}
