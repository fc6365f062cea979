import { freePort } from '../support/middleman.ts'

/** Flags by which an operator serves its traces. */
export async function serving(): Promise<string[]> {
  const port = await freePort()
  return ['--serve', `127.0.0.1:${port}`, '--public-url', `ws://127.0.0.1:${port}`]
}
