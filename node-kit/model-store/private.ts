import { OpineError } from '@opine/dispute-game/errors.ts'
import { leadsToPublic } from '../public-address.ts'

/**
 * Keeps what strangers wrote into the registry from making this machine ask around in its own network.
 * @throws {OpineError} `MODEL_PRIVATE`, `MODEL_UNREACHABLE`
 */
export async function refusePrivate(url: string): Promise<void> {
  let allowed: boolean
  try {
    allowed = await leadsToPublic(url)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new OpineError('MODEL_UNREACHABLE', `the name in ${url} leads nowhere (${code}); check the network`, { url }, { cause })
  }
  if (allowed) return
  const next = 'if you know and want it, give --private-uris, or the address itself as the source'
  throw new OpineError('MODEL_PRIVATE', `${url}, which the registry names, is in a private network and is not asked; ${next}`, { url })
}
