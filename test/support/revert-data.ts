/** The revert data in a failed call's error, wherever the provider put it; undefined if there is none. */
export function revertData(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 6) return undefined
  const { data } = error as { data?: unknown }
  if (typeof data === 'string' && /^0x[0-9a-f]{8}/.test(data)) return data
  for (const [name, value] of Object.entries(error)) {
    // What was sent is data too.
    if (name === 'transaction' || name === 'payload') continue
    const found = revertData(value, depth + 1)
    if (found) return found
  }
  return undefined
}
