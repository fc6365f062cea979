import { OpineError } from '@opine/dispute-game/errors.ts'
import type { JobHandler } from './job.ts'

/** Jobs that do what tests of a pool need. Each answers who did it, and how many were done there before. */
export async function openJobs(data: unknown): Promise<JobHandler> {
  let done = 0
  return (message, kept) => {
    const { deed, milliseconds = 0 } = message as { deed?: string; milliseconds?: number }
    const end = performance.now() + milliseconds
    while (performance.now() < end);
    if (deed === 'exit') process.exit(3)
    if (deed === 'throw') throw new OpineError('TOLD_TO', 'it was told to', { why: 1n })
    if (deed === 'heap') for (const all: unknown[][] = []; ; ) all.push(Array.from({ length: 1e5 }, (_, i) => ({ i })))
    if (deed === 'array') new Uint8Array(2 ** 52)
    const bytes = new Uint8Array(64).fill(7)
    return { value: { data, kept: kept('model'), before: done++, bytes }, transfer: [bytes.buffer] }
  }
}
