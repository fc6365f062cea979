import { OpineError } from '@opine/dispute-game/errors.ts'
import { withoutQuery } from '../config.ts'
import type { DownloadDeps, Taker } from './download-terms.ts'
import { discard, pageError, requestFile } from './request.ts'

/**
 * Receives a file, or the rest of it, over one connection.
 * @param tag    of the file whose beginning the sink holds; null where there is none, or nothing to tell it by
 * @param learn  hears by what the file can be told from another
 * @throws {OpineError} `MODEL_TOO_LARGE`, `MODEL_SLOW`, `MODEL_CUT`, `MODEL_DISK`, those of `requestFile`
 */
export async function receive(
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
