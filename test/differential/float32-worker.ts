import { parentPort } from 'node:worker_threads'
import { SOFT_OPS } from '@opine/models/numerics/soft/ops.ts'
import { sumOfProducts } from '@opine/models/numerics/soft/sum.ts'
import { compareAll, compareDense, compareSums, comparison } from './float32-compare.ts'

/** The name of the job that compares sums of products. */
export const SUMS = 'sum of products'

/** One operation's comparison; with `cases` 0, on all 2^32 patterns. */
export type Job = { readonly name: string; readonly seed: number; readonly cases: number }

parentPort?.on('message', ({ name, seed, cases }: Job) => {
  if (name === SUMS) {
    parentPort!.postMessage(compareSums(sumOfProducts, seed, cases))
    return
  }
  const subject = comparison(name, SOFT_OPS[name]!)
  parentPort!.postMessage(cases === 0 ? compareAll(subject) : compareDense(subject, seed, cases))
})
