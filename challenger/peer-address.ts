import { lookup as lookUp } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { isPublic } from '@opine/node-kit/public-address.ts'

/**
 * Where an address may lead. `anywhere`: the user named it. `machine`: a stranger did, on a development chain of this very machine, so that
 * loopback addresses are fine, but no other network's. `internet`: a stranger did.
 */
export type Reach = 'internet' | 'machine' | 'anywhere'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

function isWithin(address: string, reach: Reach): boolean {
  if (reach === 'anywhere' || isPublic(address)) return true
  return reach === 'machine' && isIP(address) !== 0 && loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Checks an address that somebody else named, as far as its text says.
 * @throws {OpineError} `PEER_FORBIDDEN`
 */
export function checkPeerUrl(url: string, reach: Reach): void {
  const { protocol, hostname, username, password, hash } = URL.canParse(url) ? new URL(url) : ({} as Partial<URL>)
  const plain = (protocol === 'ws:' || protocol === 'wss:') && !username && !password && !hash
  if (!plain) throw forbidden(url, 'it is no plain ws:// or wss:// address')
  const host = hostname!.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isWithin(host, reach)) throw forbidden(url, 'it leads into a private network')
}

/** Finds the addresses of a name, and knows none out of reach; what is found here is what is connected to. */
export const lookupWithin =
  (reach: Reach): LookupFunction =>
  (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      const open = error ? [] : addresses.filter(({ address }) => isWithin(address, reach))
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
