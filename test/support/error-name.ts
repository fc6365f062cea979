import type { Contract } from 'ethers'
import { ERRORS } from './arena.ts'

/** The name of the custom error that a call reverts with, of the given contract or of the protocol; 'none' if it does not revert. */
export async function errorName(contract: Contract, call: Promise<unknown>): Promise<string> {
  try {
    const sent = (await call) as { wait?: () => Promise<unknown> } | null
    await sent?.wait?.()
    return 'none'
  } catch (error) {
    const data = revertData(error)
    const name = data && (contract.interface.parseError(data)?.name ?? ERRORS.parseError(data)?.name)
    return name ?? `not a named error: ${String(error).slice(0, 300)}`
  }
}

function revertData(error: unknown, depth = 0): string | undefined {
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
