import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

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
 * Whether the host of an address is one that anybody on the internet may have, as far as its name leads now.
 * @throws what the look-up of its name says
 */
export async function leadsToPublic(url: string): Promise<boolean> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return isPublic(host)
  const found = await lookup(host, { all: true })
  return found.length > 0 && found.every(({ address }) => isPublic(address))
}
