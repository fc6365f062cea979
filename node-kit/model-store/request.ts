import { OpineError } from '@opine/dispute-game/errors.ts'
import { withoutQuery } from '../config.ts'

export type Guard = (url: string) => Promise<void>

export type Answer = { readonly response: Response; readonly url: string }

const MOVED: readonly number[] = [301, 302, 303, 307, 308]

/** Another attempt at these may do better. */
export const PASSING: readonly number[] = [408, 425, 429, 500, 502, 503, 504]

/**
 * Asks for a file and follows redirects. Nothing is sent but the address and these headers.
 * @param guard  refuses addresses that nobody shall be asked at
 * @param stop  ends the request and, later, the answer; its reason is thrown
 * @throws {OpineError} `MODEL_UNREACHABLE`, `MODEL_REDIRECT`, `MODEL_HTTP` for any status but 200 and 206, `MODEL_HTML`
 */
export async function requestFile(
  url: string,
  headers: Record<string, string>,
  redirects: number,
  stop: AbortSignal,
  guard?: Guard,
): Promise<Answer> {
  let at = url
  for (let hop = 0; hop <= redirects; hop++) {
    await guard?.(at)
    const response = await get(at, headers, stop)
    if (!MOVED.includes(response.status)) return { response: await accepted(response, at), url: at }
    await discard(response)
    at = nextAddress(at, response.headers.get('location'))
  }
  const name = withoutQuery(url)
  throw new OpineError('MODEL_REDIRECT', `${name} redirects more than ${redirects} times; give the address of the file itself`, {
    url: name,
  })
}

async function get(url: string, headers: Record<string, string>, stop: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal: stop, headers: { accept: '*/*', 'accept-encoding': 'identity', ...headers } })
  } catch (cause) {
    stop.throwIfAborted()
    const { message, code } = ((cause as Error).cause ?? cause) as NodeJS.ErrnoException
    throw new OpineError(
      'MODEL_UNREACHABLE',
      `${withoutQuery(url)} does not answer (${code ?? message}); check the address and the network`,
      { url: withoutQuery(url) },
      { cause },
    )
  }
}

function nextAddress(from: string, location: string | null): string {
  const to = location !== null && URL.canParse(location, from) ? new URL(location, from) : undefined
  if (to && /^https?:$/.test(to.protocol) && !to.username && !to.password) return to.href
  const name = withoutQuery(from)
  const fact = `redirects to "${withoutQuery(location ?? '').slice(0, 80)}", which is no address of a file`
  throw new OpineError('MODEL_REDIRECT', `${name} ${fact}`, { url: name })
}

async function accepted(response: Response, url: string): Promise<Response> {
  const { status } = response
  if (status !== 200 && status !== 206) {
    await discard(response)
    const next =
      status === 404 || status === 410 ? 'check the address, or ask its author where the file is now' : 'try later or another place'
    throw new OpineError('MODEL_HTTP', `${withoutQuery(url)} answers with status ${status}; ${next}`, { url: withoutQuery(url), status })
  }
  if (!/^text\/html|^application\/xhtml/i.test(response.headers.get('content-type') ?? '')) return response
  await discard(response)
  throw pageError(url)
}

/** A web page where a model should be. */
export const pageError = (url: string): OpineError =>
  new OpineError(
    'MODEL_HTML',
    `${withoutQuery(url)} is a web page, no model; give the address from which the file itself is downloaded, with its name if it lies in a folder`,
    { url: withoutQuery(url) },
  )

export const discard = async (response: Response): Promise<void> => response.body?.cancel().catch(() => {})
