import { lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { isPublic } from '@opine/node-kit/public-address.ts'

/**
 * Checks an address that somebody else named, as far as its text says.
 * @param trusted  whether it may lead anywhere
 * @throws {OpineError} `PEER_FORBIDDEN`
 */
export function checkPeerUrl(url: string, trusted: boolean): void {
  const { protocol, hostname, username, password, hash } = URL.canParse(url) ? new URL(url) : ({} as Partial<URL>)
  const plain = (protocol === 'ws:' || protocol === 'wss:') && !username && !password && !hash
  if (!plain) throw forbidden(url, 'it is no plain ws:// or wss:// address')
  const host = hostname!.replace(/^\[|\]$/g, '')
  if (!trusted && isIP(host) !== 0 && !isPublic(host)) throw forbidden(url, 'it leads into a private network')
}

/** Finds the addresses of a name, and knows none but public ones; what is found here is what is connected to. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    const open = error ? [] : addresses.filter(({ address }) => isPublic(address))
    const [first] = open
    if (error) callback(error, '', 0)
    else if (!first) callback(forbidden(hostname, 'its name leads into a private network'), '', 0)
    else if (options.all) callback(null, open)
    else callback(null, first.address, first.family)
  })
}

const forbidden = (url: string, why: string): OpineError =>
  new OpineError(
    'PEER_FORBIDDEN',
    `the trace server ${url.slice(0, 256)} is not asked: ${why}; if you know and want it, give it by --peer ACCOUNT=URL`,
    { url: url.slice(0, 256) },
  )
