import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { OPCODES } from '@opine/models/ir/opcodes.ts'
import { widenHalf } from '@opine/models/numerics/bits.ts'
import { fromHalf } from '@opine/models/numerics/soft/convert.ts'
import { SOFT_OPS } from '@opine/models/numerics/soft/ops.ts'
import { expect } from 'chai'
import { ARITHMETIC } from './float32-compare.ts'
import { type Job, SUMS } from './float32-worker.ts'

/*
 * The algorithms of contracts/libraries/Float32*.sol and Int32.sol, in integers, against this machine's own instructions and against the
 * definition: ten million cases of each operation. With OPINE_EXHAUSTIVE=1, operations of one operand are tried on all 2^32 patterns (about
 * half an hour).
 */

const CASES = 10_000_000
const WORKERS = 2
const exhaustive = process.env.OPINE_EXHAUSTIVE === '1'

const unary = (name: string): boolean => OPCODES[name]!.takes.length === 1
const jobs: Job[] = [
  { name: SUMS, seed: 0x50, cases: CASES },
  ...ARITHMETIC.map((name, index) => ({ name, seed: 0x5eed + 7919 * index, cases: exhaustive && unary(name) ? 0 : CASES })),
]
const outcomes = new Map(jobs.map((job) => [job.name, Promise.withResolvers<string | undefined>()]))

const pending = [...jobs]
const workers = Array.from({ length: WORKERS }, () => {
  const worker = new Worker(new URL('./float32-worker.ts', import.meta.url))
  void drain(worker)
  return worker
})

after(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()))
})

async function drain(worker: Worker): Promise<void> {
  for (let job = pending.shift(); job !== undefined; job = pending.shift()) {
    const outcome = outcomes.get(job.name)!
    await new Promise<void>((resolve) => {
      worker.once('error', outcome.reject)
      worker.once('message', (difference: string | undefined) => {
        worker.removeAllListeners('error')
        outcome.resolve(difference)
        resolve()
      })
      worker.postMessage(job)
    })
  }
}

test('there is an operation in integers for every one that calculates', () => {
  expect(Object.keys(SOFT_OPS)).to.deep.equal(ARITHMETIC)
})

for (const { name, cases } of jobs) {
  test(`${name} in integers equals the machine on ${cases === 0 ? 'all' : cases.toLocaleString('en')} cases`, async () => {
    expect(await outcomes.get(name)!.promise).to.equal(undefined)
  })
}

test('widening in integers equals the machine on all 65,536 halves', () => {
  const halves = new Float16Array(1)
  const bits = new Uint16Array(halves.buffer)
  const numbers = new Float32Array(1)
  const words = new Uint32Array(numbers.buffer)
  for (let half = 0; half < 65536; half++) {
    bits[0] = half
    numbers[0] = halves[0]!
    expect(fromHalf(half)).to.equal(widenHalf(half))
    expect(fromHalf(half)).to.equal(Number.isNaN(numbers[0]) ? 0x7fc00000 : words[0])
  }
})
