import { parentPort, workerData } from 'node:worker_threads'
import { useNativeHashing } from '../native-hash.ts'
import { failureOf } from './failure.ts'
import type { JobModule, Order, Report, ThreadData } from './job.ts'

/** Where a thread of the pool begins: loads the job module, then does one job after the other. */
const { module, data } = workerData as ThreadData
const port = parentPort!
const kept = new Map<string, unknown>()

// The daemon says in its log whether trees are hashed natively; here it is the same.
useNativeHashing({ debug: () => {}, warn: () => {} })
const { openJobs } = (await import(module)) as JobModule
const handle = await openJobs(data)

async function work({ message, keep }: Order): Promise<void> {
  if (keep) kept.set(keep.name, keep.value)
  try {
    const start = performance.now()
    const { value, transfer } = await handle(message, (name) => kept.get(name))
    const report: Report = { ok: true, value, milliseconds: performance.now() - start }
    port.postMessage(report, transfer)
  } catch (error) {
    const report: Report = { ok: false, failure: failureOf(error) }
    port.postMessage(report)
  }
}

port.on('message', (order: Order) => void work(order))
