/**
 * Measures the error of every frozen function of one argument over all 2^32 arguments and writes docs/NUMERICS.md; takes minutes.
 * Measures those whose code is not the one in the page; after a change of the measuring itself, delete the page first. Fails if an error exceeds the function's published bound.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { FUNCTIONS } from './ulp/functions.ts'
import { type Errors, merge } from './ulp/measure.ts'
import { errorIn, page, row, rowOf } from './ulp/report.ts'

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

const PAGE = 'docs/NUMERICS.md'
const rows: string[] = []
const kept = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
for (const [index, measured] of FUNCTIONS.entries()) {
  const line = rowOf(measured, kept) ?? row(measured, await measureAll(index))
  process.stdout.write(`${line}\n`)
  if (errorIn(line) > measured.bound) process.exitCode = 1
  rows.push(line)
}
writeFileSync(PAGE, page(rows))
