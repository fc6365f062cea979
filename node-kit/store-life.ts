import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Log } from './log.ts'
import { Store } from './store.ts'

/** The store of a daemon in its folder of data. */
export const storePath = (data: string, service: string): string => join(data, `${service}.sqlite`)

/**
 * @property patience  milliseconds for which a store that cannot be written is waited for; then the process ends, for its supervisor to notice
 * @property retry     milliseconds between attempts
 */
export type StoreLifeOptions = { readonly path: string; readonly patience?: number; readonly retry?: number }

export type StoreLifeDeps = { readonly log: Log; readonly signal: AbortSignal }

/** SQLite's codes for a disk that failed or is full; others, such as a lack of rights, are not waited out at the start. */
const DISK = [10, 13]
/** A life as long as this, in milliseconds, was a good one. */
const GOOD = 60_000

/**
 * Runs a daemon on its store. When the disk is full, nothing can be recorded, so that nothing may be sent: the daemon halts as a kill would halt
 * it, says so, and begins anew on what is recorded as soon as the store can be written again.
 * @throws {OpineError} those of `Store.open` and of `run`; `STORE_UNWRITABLE` once patience is at its end
 */
export async function withStore(
  { path, patience = 600_000, retry = 2000 }: StoreLifeOptions,
  { log, signal }: StoreLifeDeps,
  run: (store: Store) => Promise<void>,
): Promise<void> {
  let failingSince: number | undefined
  let said = false
  for (let lives = 0; !signal.aborted; lives++) {
    const begun = performance.now()
    try {
      await life(path, run, () => {
        if (said) log.info('storeWritable', { path, effect: 'the daemon goes on with what is recorded' })
        said = false
      })
      return
    } catch (error) {
      if (!isWaitedOut(error, lives) || signal.aborted) throw error
      if (!said) sayUnwritable(log, error)
      said = true
      if (failingSince === undefined || performance.now() - begun > GOOD) failingSince = performance.now()
      if (performance.now() - failingSince > patience) throw error
      await sleep(retry, undefined, { signal }).catch(() => {})
    }
  }
}

function sayUnwritable(log: Log, { code, message, details: { path, reason } }: OpineError): void {
  const effect = 'nothing is sent until it can be written, while the clocks of games run'
  log.error('storeUnwritable', { code, message, path, reason, effect, next: 'make room on the disk; the daemon goes on by itself' })
}

async function life(path: string, run: (store: Store) => Promise<void>, writable: () => void): Promise<void> {
  const store = Store.open(path)
  try {
    store.put('monitor', 'probe', Date.now())
    writable()
    await run(store)
  } finally {
    store.close()
  }
}

const isWaitedOut = (error: unknown, lives: number): error is OpineError =>
  error instanceof OpineError && error.code === 'STORE_UNWRITABLE' && (lives > 0 || DISK.includes(Number(error.details.sqlite)))
