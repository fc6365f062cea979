import { OpineError } from '@opine/dispute-game/errors.ts'
import { Bell } from './bell.ts'
import type { TeamMessage } from './helper.ts'
import { Memories } from './memories.ts'
import type { TicketQueue } from './queue.ts'
import { GRAIN, type Grain } from './schedule.ts'
import { Share, type ShareParts } from './share.ts'
import { waitFor } from './waiting.ts'

/** A helper thread that runs `openHelper`. @property end  ends it, whatever it does */
export type Helper = { readonly post: (message: TeamMessage) => void; readonly end: () => Promise<void> }

/**
 * Starts a helper thread; a process that has nothing else to do is not kept by it.
 * @param bell    for `openHelper`
 * @param onLost  told why, if it ends by itself
 */
export type StartHelper = (bell: SharedArrayBuffer, onLost: (reason: string) => void) => Helper

/**
 * @property threads   all together, the caller's included
 * @property patience  seconds without one ticket done, each of which takes a fraction of a second, after which a run fails
 * @property grain     how finely work is cut, see `scheduleOf`
 */
export type TeamOptions = { readonly threads: number; readonly patience?: number; readonly grain?: Grain }

const PATIENCE = 20

/**
 * Threads that run programs together: the one that calls, the master, and its helpers. The master does whatever nobody else has taken, so that
 * a helper that starts late, or is held up by other work of the machine, costs time and nothing else. One run at a time.
 */
export class Team {
  readonly threads: number
  readonly grain: Grain
  readonly memories = new Memories()
  readonly #start: StartHelper
  readonly #patience: number
  #bell = new Bell()
  #helpers: Helper[] = []
  /** Shares that the helpers know. */
  readonly #told = new Set<number>()
  #shares = 0
  #lost: string | null = null
  #closed = false

  constructor({ threads, patience = PATIENCE, grain = GRAIN }: TeamOptions, start: StartHelper) {
    this.threads = threads
    this.grain = grain
    this.#start = start
    this.#patience = patience
  }

  /** A share of this team; no helper knows it before its first run. */
  share(parts: Omit<ShareParts, 'id'>): Share {
    return new Share({ ...parts, id: ++this.#shares })
  }

  /** Nobody runs it any more. */
  forget({ id, memory }: Pick<ShareParts, 'id' | 'memory'>): void {
    if (this.#told.delete(id)) this.#tell({ forget: id })
    this.memories.giveBack(memory)
  }

  /**
   * A run begins.
   * @param helped  whether there is something for helpers to do
   * @throws {OpineError} `WASM_TEAM_CLOSED`; `WASM_THREAD_LOST`, once, if a helper has ended by itself: after that there are new ones
   */
  begin({ parts }: Share, helped: boolean): void {
    this.#check()
    if (!helped) return
    for (let helper = this.#helpers.length + 1; helper < this.threads; helper++) {
      const bell = this.#bell
      this.#helpers.push(
        this.#start(bell.memory, (reason) => {
          if (bell === this.#bell) this.#lost ??= reason
        }),
      )
    }
    if (!this.#told.has(parts.id)) {
      this.#told.add(parts.id)
      this.#tell(parts)
    }
    this.#bell.begin(parts.id)
  }

  /** There are more tickets. */
  ring(): void {
    this.#bell.ring()
  }

  /**
   * Returns when all tickets of the queue that were given out are done.
   * @throws {OpineError} `WASM_THREAD_FAILED` if a thread could not do its ticket, `WASM_THREAD_LOST` if one does not come back,
   *                      `WASM_TEAM_CLOSED`; the share is not to be used any more
   */
  finish(share: Share, queue: TicketQueue): void {
    this.#check()
    const done = waitFor(queue, this.#patience)
    const { failure } = share
    if (failure !== null) throw new OpineError('WASM_THREAD_FAILED', `a thread failed in the midst of a run: ${failure}`, { failure })
    if (!done) throw lost(`it has done nothing for ${this.#patience} s`)
  }

  /** The run has ended. */
  end(): void {
    this.#bell.end()
  }

  /** Ends all helpers, whatever they do; the next run begins with new ones. */
  async reset(): Promise<void> {
    const helpers = this.#helpers
    this.#helpers = []
    this.#told.clear()
    this.#bell = new Bell()
    this.#lost = null
    await Promise.all(helpers.map((helper) => helper.end()))
  }

  /** Ends all helpers for good. */
  async close(): Promise<void> {
    this.#closed = true
    await this.reset()
  }

  #check(): void {
    if (this.#closed) throw new OpineError('WASM_TEAM_CLOSED', 'the threads that run models were ended')
    if (this.#lost === null) return
    const error = lost(this.#lost)
    void this.reset()
    throw error
  }

  #tell(message: TeamMessage): void {
    for (const helper of this.#helpers) helper.post(message)
    this.#bell.ordered()
  }
}

/** Whether a run broke off because of its threads. */
export const isThreadError = (error: unknown): boolean =>
  error instanceof OpineError && ['WASM_THREAD_FAILED', 'WASM_THREAD_LOST', 'WASM_TEAM_CLOSED'].includes(error.code)

const lost = (reason: string): OpineError =>
  new OpineError('WASM_THREAD_LOST', `a thread that runs models is lost: ${reason}; the next run has new ones`, { reason })
