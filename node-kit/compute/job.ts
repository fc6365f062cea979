/**
 * Work for a thread.
 * @property key      the same while it waits or runs is the same work, done once
 * @property group    what takes about as long: jobs of one are measured together; null is not measured
 * @property urgent   goes before what is not: a clock runs
 * @property message  for the job module; copied
 * @property keep     what the job needs and the thread keeps under this name: given to each thread once
 */
export type Job = {
  readonly key: string
  readonly group: string | null
  readonly urgent: boolean
  readonly message: unknown
  readonly keep?: { readonly name: string; readonly value: unknown }
}

/** What a job module makes of a message. @property transfer  buffers that are handed over instead of copied; nobody else holds them */
export type JobResult = { readonly value: unknown; readonly transfer: readonly ArrayBuffer[] }

/** @param kept  what was given under a name */
export type JobHandler = (message: unknown, kept: (name: string) => unknown) => JobResult | Promise<JobResult>

/** A module whose jobs run in threads. @param data  for the thread's whole life */
export type JobModule = { readonly openJobs: (data: unknown) => Promise<JobHandler> }

/** What a thread is started with. @property module  URL of a `JobModule` @property heap  most MiB of its objects, buffers apart; the engine's default if left out */
export type ThreadData = { readonly module: string; readonly data: unknown; readonly heap?: number }

/** From the pool to a thread. */
export type Order = Pick<Job, 'message' | 'keep'>

/** From a thread to the pool. @property milliseconds  that the work itself took */
export type Report =
  | { readonly ok: true; readonly value: unknown; readonly milliseconds: number }
  | { readonly ok: false; readonly failure: Failure }

/** An error on its way between threads: `code` of an expected one, null of any other. */
export type Failure = {
  readonly code: string | null
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
  readonly stack: string | undefined
}
