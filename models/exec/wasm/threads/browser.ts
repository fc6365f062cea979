import type { StartHelper } from './team.ts'

/** What the compiler's library without the DOM has no types for. */
type WebWorker = {
  readonly postMessage: (message: unknown) => void
  readonly terminate: () => void
  readonly addEventListener: (event: 'error' | 'messageerror', listener: (event: { readonly message?: string }) => void) => void
}
declare const Worker: new (url: string | URL, options: { readonly type: 'module'; readonly name: string }) => WebWorker

/** Whether threads of this page, or of this worker, may share memory: it must be cross-origin isolated (headers COOP and COEP). */
export const canShareMemory = (): boolean => (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated === true

/**
 * Starts helper threads in browsers.
 * @param url  of the script `browser-helper.ts`, bundled
 */
export const browserHelpers =
  (url: string | URL): StartHelper =>
  (bell, onLost) => {
    const worker = new Worker(url, { type: 'module', name: 'helper' })
    worker.addEventListener('error', ({ message }) => onLost(message ?? `its script ${url} does not run`))
    worker.addEventListener('messageerror', () => onLost('it could not read a message'))
    worker.postMessage(bell)
    return { post: (message) => worker.postMessage(message), end: async () => worker.terminate() }
  }
