import { InvalidArgumentError } from 'commander'
import { getAddress, isAddress } from 'ethers'

/** A whole number of an option within these bounds, for commander. */
export const whole =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d{1,15}$/.test(text) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`expected a whole number from ${low} to ${high}, got "${text.slice(0, 40)}"`)
  }

/** A repeatable option of the form `name=value`, collected in order. */
export function pairs(text: string, before: readonly (readonly [string, string])[] = []): (readonly [string, string])[] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError(`expected name=value, got "${text.slice(0, 40)}"`)
  return [...before, [text.slice(0, at), text.slice(at + 1)]]
}

/** An account or a contract of an option, for commander; with its checksum. */
export function address(text: string): string {
  if (/^0x/i.test(text) && isAddress(text)) return getAddress(text)
  throw new InvalidArgumentError(`expected an address, got "${text.slice(0, 44)}"`)
}
