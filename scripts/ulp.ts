/**
 * Measures the error of every frozen function of one argument over all 2^32 arguments and writes docs/NUMERICS.md; takes minutes.
 * Fails if an error exceeds the function's published bound.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { FUNCTIONS } from './ulp/functions.ts'
import { type Errors, merge } from './ulp/measure.ts'
import { page } from './ulp/report.ts'

const ARGUMENTS = 2 ** 32
const PART = 2 ** 24

/** Deals parts of the arguments to as many workers as there are processors. */
async function measureAll(index: number): Promise<Errors> {
  const parts: Errors[] = []
  let next = 0
  const work = (): Promise<void> => {
    const worker = new Worker(new URL('./ulp/worker.ts', import.meta.url), { workerData: index })
    return new Promise<void>((resolve, reject) => {
      const deal = (): void => {
        if (next === ARGUMENTS) {
          resolve()
          return
        }
        worker.postMessage([next, next + PART])
        next += PART
      }
      worker.on('message', (part: Errors) => {
        parts.push(part)
        deal()
      })
      worker.on('error', reject)
      deal()
    }).finally(() => worker.terminate())
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return parts.reduce(merge)
}

const results = []
for (const [index, measured] of FUNCTIONS.entries()) {
  const errors = await measureAll(index)
  process.stdout.write(`${measured.name}: ${errors.normal.ulp} ulp, subnormal ${errors.subnormal.ulp} ulp\n`)
  if (Math.max(errors.normal.ulp, errors.subnormal.ulp) > measured.bound) process.exitCode = 1
  results.push([measured, errors] as const)
}
writeFileSync('docs/NUMERICS.md', page(results))
