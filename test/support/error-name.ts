import type { Contract } from 'ethers'
import { ERRORS } from './arena.ts'
import { revertData } from './revert-data.ts'

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
