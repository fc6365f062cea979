import { type PoolOptions, WorkerPool } from './pool.ts'

/**
 * Works with a pool whose first thread begins at once, beside what comes before the first job.
 * @param signal  ends what the threads do
 */
export async function withPool<T>(options: PoolOptions, signal: AbortSignal, work: (pool: WorkerPool) => Promise<T>): Promise<T> {
  const pool = new WorkerPool(options)
  const close = (): void => void pool.close()
  signal.addEventListener('abort', close, { once: true })
  try {
    if (!signal.aborted) pool.warm()
    return await work(pool)
  } finally {
    signal.removeEventListener('abort', close)
    await pool.close()
  }
}
