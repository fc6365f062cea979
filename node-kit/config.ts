import { getAddress, isAddress, parseUnits } from 'ethers'

const quoted = (text: string): string => `"${text.slice(0, 80)}"`

/** A WebSocket address. */
export function parseRpcUrl(text: string): string {
  if (URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol)) return text
  throw new Error(`${quoted(showUrl(text))} is no WebSocket address; write ws://HOST:PORT or wss://HOST`)
}

/** An address of the web. */
export function parseHttpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new Error(`${quoted(showUrl(text))} is no address of the web; write http://HOST:PORT or https://HOST`)
}

/** An address without what may be a secret in it: user, password, query, and long parts of the path, as providers of nodes give them out. */
export function showUrl(text: string): string {
  if (!URL.canParse(text)) return text
  const { protocol, username, password, host, pathname, search } = new URL(text)
  const path = pathname.replace(/[^/]{16,}/g, '***')
  return `${protocol}//${username || password ? '***@' : ''}${host}${path === '/' ? '' : path}${search ? '?***' : ''}`
}

/** An address of the web without its query, which may be a signature that lets anybody in; any other text as it is. */
export const withoutQuery = (text: string): string => text.replace(/^(https?:\/\/[^?#]*)\?.*$/is, '$1?***')

/** Any text but an empty one: a path, mostly. */
export function parseText(text: string): string {
  if (text === '') throw new Error('it is empty')
  return text
}

/** A whole number within bounds. */
export const parseWhole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new Error(`${quoted(text)} is no whole number from ${least} to ${most}`)
  }

/** An amount of value: `0.5`, `0.5ether`, `20gwei` or `1000wei`. @returns wei */
export function parseAmount(text: string): bigint {
  const [, number, unit = 'ether'] = /^([0-9]{1,30}(?:\.[0-9]{1,18})?)\s*(ether|gwei|wei)?$/.exec(text) ?? []
  try {
    if (number !== undefined) return parseUnits(number, unit)
  } catch {
    // Too many digits after the point for the unit; said below.
  }
  throw new Error(`${quoted(text)} is no amount; write for example 0.5, 0.5ether, 20gwei or 1000wei`)
}

/** An account or contract, checksum verified where there is one. */
export function parseAddress(text: string): string {
  if (isAddress(text)) return getAddress(text)
  throw new Error(`${quoted(text)} is no address; write 0x and 40 hexadecimal digits`)
}

/** One of a few words. */
export const parseChoice =
  <T extends string>(...choices: readonly T[]) =>
  (text: string): T => {
    const choice = choices.find((word) => word === text)
    if (choice !== undefined) return choice
    throw new Error(`${quoted(text)} is not one of ${choices.join(', ')}`)
  }
