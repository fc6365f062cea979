import { OpineError } from '../errors.ts'

export type Hex = `0x${string}`

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** `0x` and two lower-case digits a byte. */
export function toHex(bytes: Uint8Array): Hex {
  let text = ''
  for (const byte of bytes) text += DIGITS[byte]
  return `0x${text}`
}

/**
 * The bytes of a `0x` string of either case.
 * @param length  number of bytes that it must have; any if left out
 * @throws {OpineError} `HEX_MALFORMED`
 */
export function fromHex(text: string, length?: number): Uint8Array {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(text)) {
    throw new OpineError('HEX_MALFORMED', `expected 0x and an even number of hexadecimal digits, got "${text.slice(0, 80)}"`, { text })
  }
  const bytes = new Uint8Array(text.length / 2 - 1)
  if (length !== undefined && bytes.length !== length) {
    throw new OpineError('HEX_MALFORMED', `expected ${length} bytes of hexadecimal digits, got ${bytes.length}`, { text, length })
  }
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 + 2 * i, 4 + 2 * i), 16)
  return bytes
}
