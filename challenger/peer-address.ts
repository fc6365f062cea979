import { lookup as lookUp } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { OpineError } from '@opine/dispute-game/errors.ts'

/** Networks that are somebody's own, or nobody's: RFC 6890 and its registry; with the ways to write IPv4 in IPv6. */
const PRIVATE: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

const blocked = new BlockList()
for (const [network, prefix] of PRIVATE) blocked.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4')

/** Whether an address is one that anybody on the internet may have. `::ffff:a.b.c.d` counts as the IPv4 address in it. */
export function isPublic(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && !address.includes('%') && !blocked.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

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
