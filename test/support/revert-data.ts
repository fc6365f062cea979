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

/**
 * The name of the error that a call reverts with; 'none' if it does not revert.
 * @param named  the name of an error by its data @param kind  of which errors it knows the names
 */
export async function refusalOf(call: Promise<unknown>, named: (data: string) => string | undefined, kind: string): Promise<string> {
  try {
    const sent = (await call) as { wait?: () => Promise<unknown> } | null
    await sent?.wait?.()
    return 'none'
  } catch (error) {
    const data = revertData(error)
    return (data && named(data)) ?? `not a ${kind} error: ${String(error).slice(0, 300)}`
  }
}
