/** In how many bits two buffers of one length differ. */
export function differingBits(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new Error(`buffers of ${a.length} and ${b.length} bytes`)
  if (Buffer.compare(a, b) === 0) return 0
  let bits = 0
  for (let at = 0; at < a.length; at++) for (let rest = a[at]! ^ b[at]!; rest > 0; rest &= rest - 1) bits++
  return bits
}
