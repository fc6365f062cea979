import type { Contract } from 'ethers'
import { ERRORS } from './arena.ts'
import { refusalOf } from './revert-data.ts'

/** The name of the custom error that a call reverts with, of the given contract or of the protocol; 'none' if it does not revert. */
export const errorName = (contract: Contract, call: Promise<unknown>): Promise<string> =>
  refusalOf(call, (data) => contract.interface.parseError(data)?.name ?? ERRORS.parseError(data)?.name, 'named')
