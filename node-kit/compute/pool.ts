import { availableParallelism } from 'node:os'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Log } from '../log.ts'
import type { Job, ThreadData } from './job.ts'
import { Member } from './member.ts'
import { TimeLimits } from './time-limits.ts'

/**
 * @property thread   what the threads do
 * @property size     most threads, and one more for jobs for which a clock runs; see `defaultWorkers`
 * @property waiting  most jobs that wait for a thread
 */
export type PoolOptions = {
  readonly thread: ThreadData
  readonly size?: number
  readonly waiting?: number
  readonly limits?: TimeLimits
  readonly log: Pick<Log, 'warn'>
}

const WAITING = 1024

type Waiting = { job: Job; readonly done: PromiseWithResolvers<unknown> }

/** Leaves a core to the event loop, and memory to others. */
export const defaultWorkers = (): number => Math.max(1, Math.min(2, availableParallelism() - 1))

/** Does jobs in threads, so that the event loop is free. Threads begin when there is work; one that is lost is replaced. */
export class WorkerPool {
  readonly #options: PoolOptions
  readonly #size: number
  readonly #limits: TimeLimits
  readonly #members = new Set<Member>()
  readonly #waiting: Waiting[] = []
  /** Waiting and running. */
  readonly #jobs = new Map<string, Waiting>()
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
    this.#size = options.size ?? defaultWorkers()
    this.#limits = options.limits ?? new TimeLimits()
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get running(): number {
    return this.#jobs.size - this.#waiting.length
  }

  /** Starts a thread before there is work. */
  warm(): void {
    if (!this.#closed && this.#members.size === 0) this.#hire()
  }

  /**
   * Does a job, or takes part in the same one that waits or runs.
   * @throws what the job throws; {OpineError} `COMPUTE_FULL`; `COMPUTE_CRASHED`, `COMPUTE_MEMORY`, `COMPUTE_TIMEOUT`; `STOPPED` once closed
   */
  run(job: Job): Promise<unknown> {
    const same = this.#jobs.get(job.key)
    if (same) {
      if (job.urgent) same.job = { ...same.job, urgent: true }
      this.#dispatch()
      return same.done.promise
    }
    if (this.#closed) return Promise.reject(stopped())
    if (this.#waiting.length >= (this.#options.waiting ?? WAITING) && !this.#makeRoom(job)) return Promise.reject(full(job))
    const entry: Waiting = { job, done: Promise.withResolvers() }
    this.#jobs.set(job.key, entry)
    this.#waiting.push(entry)
    this.#dispatch()
    return entry.done.promise
  }

  /** Ends all threads; what waits or runs fails. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { job, done } of this.#waiting.splice(0)) {
      this.#jobs.delete(job.key)
      done.reject(stopped())
    }
    await Promise.all([...this.#members].map((member) => member.close(stopped())))
  }

  #dispatch(): void {
    for (;;) {
      const next = this.#closed ? -1 : this.#next()
      if (next < 0) return
      const [entry] = this.#waiting.splice(next, 1)
      void this.#do(entry!, [...this.#members].find(({ idle }) => idle) ?? this.#hire())
    }
  }

  /** The place of the job that is due; below 0 if none is. */
  #next(): number {
    const urgent = this.#waiting.findIndex(({ job }) => job.urgent)
    const most = urgent < 0 ? this.#size : this.#size + 1
    if (this.#waiting.length === 0 || this.running >= most) return -1
    return Math.max(urgent, 0)
  }

  async #do({ job, done }: Waiting, member: Member): Promise<void> {
    try {
      const { value, milliseconds } = await member.run(job, this.#limits.of(job.group))
      this.#limits.took(job.group, milliseconds)
      this.#jobs.delete(job.key)
      done.resolve(value)
    } catch (error) {
      this.#jobs.delete(job.key)
      done.reject(error)
    }
    this.#dispatch()
  }

  #hire(): Member {
    const member = new Member(this.#options.thread, (error) => {
      this.#members.delete(member)
      this.#options.log.warn('workerLost', { code: error.code, message: error.message, effect: 'another thread takes its place' })
    })
    this.#members.add(member)
    return member
  }

  /** Where a clock runs, what came last without one gives way. */
  #makeRoom({ urgent }: Job): boolean {
    const last = urgent ? this.#waiting.findLastIndex(({ job }) => !job.urgent) : -1
    if (last < 0) return false
    const [{ job, done }] = this.#waiting.splice(last, 1) as [Waiting]
    this.#jobs.delete(job.key)
    done.reject(full(job))
    return true
  }
}

const stopped = (): OpineError => new OpineError('STOPPED', 'the computing threads were stopped')

const full = ({ key }: Job): OpineError =>
  new OpineError('COMPUTE_FULL', `too much waits to be computed; ${key} is tried again later`, { job: key })
