import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Chain } from './chain.ts'
import { errorFields, type Log } from './log.ts'

/** @property poll  milliseconds after which a tick comes even if nothing woke the loop */
export type LoopDeps = { readonly chain: Chain; readonly poll: number; readonly log: Log }

/** Ticks at once, then whenever there may be something new, never twice at a time. */
export class Loop {
  readonly #deps: LoopDeps
  #awake = Promise.withResolvers<void>()

  constructor(deps: LoopDeps) {
    this.#deps = deps
  }

  /** Makes the next tick come as soon as the running one is over. */
  wake(): void {
    this.#awake.resolve()
  }

  /**
   * Runs until the signal. A lost connection or a node's error is survived; what cannot be mended ends the loop.
   * @throws what `tick` throws about the store
   */
  async run(signal: AbortSignal, tick: () => Promise<void>): Promise<void> {
    const { chain, poll, log } = this.#deps
    const stopWaking = chain.onWake(() => this.wake())
    signal.addEventListener('abort', () => this.wake(), { once: true })
    try {
      while (!signal.aborted) {
        this.#awake = Promise.withResolvers<void>()
        try {
          await tick()
        } catch (error) {
          if (error instanceof OpineError && error.code.startsWith('STORE_')) throw error
          log.warn('tickFailed', errorFields(error))
          // A node that fails is not asked in a tight loop.
          await rest(Math.min(poll, 1000), signal)
        }
        const timer = new AbortController()
        await Promise.race([this.#awake.promise, rest(poll, AbortSignal.any([signal, timer.signal]))])
        timer.abort()
      }
    } finally {
      stopWaking()
    }
  }
}

const rest = (milliseconds: number, signal: AbortSignal): Promise<void> => sleep(milliseconds, undefined, { signal }).catch(() => {})
