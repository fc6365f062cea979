import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { withoutQuery } from '../config.ts'
import type { DownloadDeps, Taker } from './download-terms.ts'
import { receive } from './receive.ts'
import { PASSING } from './request.ts'

/**
 * Downloads a file into a sink. After a broken connection it goes on where it was, if the server can tell that the file is still the same,
 * and from the beginning otherwise.
 * @throws {OpineError} `MODEL_TOO_LARGE`, `MODEL_SLOW`, `MODEL_CUT`, `MODEL_DISK`, `STOPPED`, those of `requestFile`
 */
export async function download(url: string, sink: Taker, deps: DownloadDeps): Promise<void> {
  let tag: string | null = null
  for (let attempt = 1; ; attempt++) {
    try {
      return await receive(url, sink, tag, deps, (found) => {
        tag = found
      })
    } catch (error) {
      if (deps.signal.aborted) throw new OpineError('STOPPED', `stopped while ${withoutQuery(url)} was fetched`)
      if (attempt >= deps.terms.attempts || !isPassing(error)) throw error
    }
    await sleep(deps.terms.pauseMs * 2 ** (attempt - 1), undefined, { signal: deps.signal }).catch(() => {})
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof OpineError &&
  (error.code === 'MODEL_CUT' || (error.code === 'MODEL_HTTP' && PASSING.includes(Number(error.details.status))))
