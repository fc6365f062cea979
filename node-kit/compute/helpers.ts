import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { defaultWorkers } from './pool.ts'

/** What a helper thread is started with. @property module  URL of a `HelperModule` @property memory  shared, for it */
export type HelperData = { readonly module: string; readonly memory: SharedArrayBuffer }

/** A module that works in helper threads: `openHelper` returns what takes messages, and may sleep in between. */
export type HelperModule = { readonly openHelper: (memory: unknown) => (message: unknown) => void }

/** More gain little: the steps of a model are short. */
const MOST = 8

/** Threads of each run where several run at a time: all together leave a core to the event loop. */
export const defaultThreads = (runs: number): number => Math.max(1, Math.min(MOST, Math.floor((availableParallelism() - 1) / runs)))

type DaemonThreads = { readonly threads?: number | undefined; readonly workers?: number | undefined }

/** What a daemon's settings say about the threads of a run. @property starter  URL of a module that starts them: this one */
export const threadsOf = ({ threads, workers = defaultWorkers() }: DaemonThreads) => ({
  count: threads ?? defaultThreads(workers),
  starter: import.meta.url,
})

type Helper = { readonly post: (message: unknown) => void; readonly end: () => Promise<void> }

/** Starts helper threads for whoever shares memory with them. They do not keep the process alive. @param module  URL of a `HelperModule` */
export const helpersOf =
  (module: string) =>
  (memory: SharedArrayBuffer, onLost: (reason: string) => void): Helper => {
    const data: HelperData = { module, memory }
    const thread = new Worker(new URL('./helper-thread.ts', import.meta.url), { workerData: data, name: 'helper' })
    thread.unref()
    thread.on('error', (error) => onLost(error instanceof Error ? error.message : String(error)))
    thread.on('exit', (code) => onLost(`it ended with exit code ${code}`))
    return {
      post: (message) => thread.postMessage(message),
      end: async () => void (await thread.terminate()),
    }
  }
