const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** What a content id says. @property codec  0x55 for the bytes themselves, 0x70 for a tree of them @property digest  SHA-256, 32 bytes */
export type Cid = { readonly codec: number; readonly digest: Uint8Array }

/**
 * Reads a content id: version 0 (`Qm...`) or version 1 in base32 (`b...`), of a SHA-256 hash.
 * Source: github.com/multiformats/cid
 * @returns null for anything else
 */
export function parseCid(text: string): Cid | null {
  if (/^Qm[1-9A-HJ-NP-Za-km-z]{44}$/.test(text)) {
    const bytes = fromBase58(text, 34)
    return bytes?.[0] === 0x12 && bytes[1] === 32 ? { codec: 0x70, digest: bytes.subarray(2) } : null
  }
  if (!/^b[a-z2-7]{58}$/.test(text)) return null
  return readCid(fromBase32(text.slice(1)))
}

/** A content id in binary. Version 0 is a hash alone. */
export function readCid(bytes: Uint8Array): Cid | null {
  if (bytes.length === 34 && bytes[0] === 0x12 && bytes[1] === 32) return { codec: 0x70, digest: bytes.subarray(2) }
  const [version, codec, hash, length] = bytes
  if (version !== 1 || (codec !== 0x55 && codec !== 0x70) || hash !== 0x12 || length !== 32 || bytes.length !== 36) return null
  return { codec, digest: bytes.subarray(4) }
}

/** The id of a hash, version 1 in base32. */
export function formatCid({ codec, digest }: Cid): string {
  let [text, value, bits] = ['b', 0, 0]
  for (const byte of [1, codec, 0x12, 32, ...digest]) {
    value = ((value << 8) | byte) & 0xffff
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(value >> (bits - 5)) & 31]
  }
  return bits === 0 ? text : text + BASE32[(value << (5 - bits)) & 31]
}

function fromBase58(text: string, length: number): Uint8Array | null {
  let value = 0n
  for (const letter of text) value = value * 58n + BigInt(BASE58.indexOf(letter))
  const digits = value.toString(16).padStart(2 * length, '0')
  return digits.length === 2 * length ? new Uint8Array(Buffer.from(digits, 'hex')) : null
}

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = []
  let [value, bits] = [0, 0]
  for (const letter of text) {
    value = ((value << 5) | BASE32.indexOf(letter)) & 0xffff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 0xff)
  }
  return Uint8Array.from(bytes)
}
