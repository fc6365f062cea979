import { Worker } from 'node:worker_threads'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { errorOf } from './failure.ts'
import type { Job, Order, Report, ThreadData } from './job.ts'

export type Done = { readonly value: unknown; readonly milliseconds: number }

/** One thread of a pool: does one job at a time until it is lost. */
export class Member {
  readonly #thread: Worker
  readonly #given = new Set<string>()
  #running: { readonly key: string; readonly done: PromiseWithResolvers<Done>; readonly timer: NodeJS.Timeout } | undefined
  #lost = false

  /** @param onLost  told once, when it can do no more */
  constructor(data: ThreadData, onLost: (error: OpineError) => void) {
    this.#thread = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: data,
      name: 'compute',
      ...(data.heap === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: data.heap } }),
    })
    // A process that has nothing else to do ends.
    this.#thread.unref()
    const lose = (error: OpineError): void => {
      if (this.#lost) return
      this.#lost = true
      this.#settle(({ reject }) => reject(error))
      void this.#thread.terminate()
      onLost(error)
    }
    this.#lose = lose
    this.#thread.on('message', (report: Report) => {
      this.#settle((done) => (report.ok ? done.resolve(report) : done.reject(errorOf(report.failure))))
    })
    this.#thread.on('messageerror', (error) => lose(this.#crash(error.message)))
    this.#thread.on('error', (error) => lose(this.#crash(error instanceof Error ? error.message : String(error), error)))
    this.#thread.on('exit', (code) => lose(this.#crash(`it ended with exit code ${code}`)))
  }

  readonly #lose: (error: OpineError) => void

  get idle(): boolean {
    return this.#running === undefined && !this.#lost
  }

  /**
   * @param limit  milliseconds after which the thread is given up
   * @throws what the job throws; {OpineError} `COMPUTE_CRASHED`, `COMPUTE_MEMORY`, `COMPUTE_TIMEOUT`, and then the thread is lost
   */
  run({ key, message, keep }: Job, limit: number): Promise<Done> {
    const done = Promise.withResolvers<Done>()
    const late = `${key} ran for more than ${Math.round(limit / 1000)} s and was given up; this machine is overloaded, or too slow for it`
    const timer = setTimeout(() => this.#lose(new OpineError('COMPUTE_TIMEOUT', late, { job: key, limit })), limit)
    this.#running = { key, done, timer }
    this.#thread.ref()
    const order: Order = keep && !this.#given.has(keep.name) ? { message, keep } : { message }
    try {
      this.#thread.postMessage(order)
      if (keep) this.#given.add(keep.name)
    } catch (error) {
      this.#settle(({ reject }) => reject(error))
    }
    return done.promise
  }

  /** Ends the thread, whatever it does. @param reason  for its job */
  async close(reason: OpineError): Promise<void> {
    this.#lost = true
    this.#settle(({ reject }) => reject(reason))
    await this.#thread.terminate()
  }

  #settle(settle: (done: PromiseWithResolvers<Done>) => void): void {
    const running = this.#running
    if (!running) return
    this.#running = undefined
    clearTimeout(running.timer)
    this.#thread.unref()
    settle(running.done)
  }

  #crash(reason: string, cause?: unknown): OpineError {
    const job = this.#running?.key ?? null
    const doing = job === null ? 'a computing thread' : `the thread that did ${job}`
    const memory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
    if (memory) return new OpineError('COMPUTE_MEMORY', `${doing} ran out of memory and was ended: ${reason}`, { job }, { cause })
    return new OpineError('COMPUTE_CRASHED', `${doing} ended unexpectedly: ${reason}`, { job }, { cause })
  }
}
