import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { withoutQuery } from '../config.ts'
import { discard, type Guard, PASSING, pageError, requestFile } from './request.ts'

/**
 * @property headersMs   until an answer begins, redirects included
 * @property windowMs    in each such time `leastBytes` must arrive, or the sender is too slow
 * @property attempts    how often a download is begun or resumed
 * @property pauseMs     before the second attempt; twice that before the third, and so on
 * @property redirects   how many are followed
 */
export type DownloadTerms = {
  readonly headersMs: number
  readonly windowMs: number
  readonly leastBytes: number
  readonly attempts: number
  readonly pauseMs: number
  readonly redirects: number
}

export const DOWNLOAD_TERMS: DownloadTerms = {
  headersMs: 30_000,
  windowMs: 30_000,
  leastBytes: 64 * 1024,
  attempts: 5,
  pauseMs: 500,
  redirects: 5,
}

/** What takes the bytes. @property reserve  makes sure that so many more have room @property restart  forgets everything so far */
export type Taker = {
  readonly size: number
  readonly reserve: (bytes: number) => Promise<void>
  readonly append: (chunk: Uint8Array) => Promise<void>
  readonly restart: () => Promise<void>
}

/** @property limit  bytes @property tell  hears how far it is @property signal  stops it, for good */
export type DownloadDeps = {
  readonly limit: number
  readonly terms: DownloadTerms
  readonly signal: AbortSignal
  readonly guard?: Guard
  readonly tell: (url: string, received: number, total: number | undefined) => void
}

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

async function receive(
  url: string,
  sink: Taker,
  tag: string | null,
  deps: DownloadDeps,
  learn: (tag: string | null) => void,
): Promise<void> {
  const { terms, signal } = deps
  const watch = new AbortController()
  const stop = AbortSignal.any([signal, watch.signal])
  const late = setTimeout(() => watch.abort(slow(url, `no answer for ${terms.headersMs / 1000} s`)), terms.headersMs)
  let pace: NodeJS.Timeout | undefined
  try {
    const from = tag === null ? 0 : sink.size
    const { response } = await requestFile(
      url,
      from > 0 ? { range: `bytes=${from}-`, 'if-range': tag! } : {},
      terms.redirects,
      stop,
      deps.guard,
    )
    clearTimeout(late)
    if (!continues(response, from)) await sink.restart()
    if (response.status === 206 && sink.size === 0) {
      await discard(response)
      throw cut(url, 0, undefined)
    }
    learn(strongTag(response))
    let seen = sink.size
    pace = setInterval(() => {
      if (sink.size - seen < terms.leastBytes) watch.abort(slow(url, `${sink.size - seen} bytes in ${terms.windowMs / 1000} s`))
      seen = sink.size
    }, terms.windowMs)
    await pour(url, response, sink, stop, deps)
  } finally {
    clearTimeout(late)
    clearInterval(pace)
  }
}

/** Whether this is the rest of what is there. */
const continues = ({ status, headers }: Response, from: number): boolean =>
  status === 206 && from > 0 && (headers.get('content-range') ?? '').startsWith(`bytes ${from}-`)

function strongTag({ headers }: Response): string | null {
  const tag = headers.get('etag')
  return tag === null || tag.startsWith('W/') || headers.has('content-encoding') ? null : tag
}

async function pour(url: string, response: Response, sink: Taker, stop: AbortSignal, { limit, tell }: DownloadDeps): Promise<void> {
  const length = response.headers.has('content-encoding') ? null : response.headers.get('content-length')
  const total = length !== null && /^\d{1,15}$/.test(length) ? sink.size + Number(length) : undefined
  try {
    if (total !== undefined && total > limit) throw tooLarge(url, `has ${total} bytes`, limit)
    if (total !== undefined) await sink.reserve(total - sink.size)
    for await (const chunk of response.body ?? []) {
      if (sink.size === 0 && startsPage(chunk)) throw pageError(url)
      if (sink.size + chunk.length > limit) throw tooLarge(url, 'has more bytes', limit)
      await sink.append(chunk)
      tell(withoutQuery(url), sink.size, total)
    }
  } catch (cause) {
    await discard(response)
    if (cause instanceof OpineError) throw cause
    stop.throwIfAborted()
    throw cut(url, sink.size, total, cause)
  }
  if (total !== undefined && sink.size !== total) throw cut(url, sink.size, total)
}

/** No model begins like this: `<` is no beginning of a message, nor of a program file. */
const startsPage = (chunk: Uint8Array): boolean =>
  /^\s*<(!doctype|html|\?xml|head|body)/i.test(Buffer.from(chunk.subarray(0, 64)).toString('latin1'))

const slow = (url: string, fact: string): OpineError =>
  new OpineError(
    'MODEL_SLOW',
    `${withoutQuery(url)} is too slow (${fact}); try another place, or fetch the file by other means and name its path`,
    {
      url: withoutQuery(url),
    },
  )

const tooLarge = (url: string, fact: string, limit: number): OpineError =>
  new OpineError('MODEL_TOO_LARGE', `${withoutQuery(url)} ${fact}; ${limit} are allowed, more with --model-limit`, {
    url: withoutQuery(url),
    limit,
  })

const cut = (url: string, received: number, total: number | undefined, cause?: unknown): OpineError =>
  new OpineError(
    'MODEL_CUT',
    `the connection to ${withoutQuery(url)} broke after ${received}${total === undefined ? '' : ` of ${total}`} bytes; try again or another place`,
    { url: withoutQuery(url), received },
    { cause },
  )
