import { parentPort } from 'node:worker_threads'
import { SOFT_OPS } from '@opine/models/numerics/soft/ops.ts'
import { compareAll, compareDense, comparison } from './float32-compare.ts'

/** One operation's comparison; with `cases` 0, on all 2^32 patterns. */
export type Job = { readonly name: string; readonly seed: number; readonly cases: number }

parentPort!.on('message', ({ name, seed, cases }: Job) => {
  const subject = comparison(name, SOFT_OPS[name]!)
  parentPort!.postMessage(cases === 0 ? compareAll(subject) : compareDense(subject, seed, cases))
})
