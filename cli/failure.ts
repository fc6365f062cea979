import { OpineError } from '@opine/dispute-game/errors.ts'
import { oneLine } from '@opine/node-kit/log.ts'
import { formatRevert, revertOf } from '@opine/node-kit/revert.ts'
import type { CommanderError } from 'commander'
import { isError } from 'ethers'

export type Failure = { readonly code: string; readonly message: string }

/** An expected failure as one line, or undefined for what is a defect of this program. */
export function expectedFailure(error: unknown): Failure | undefined {
  if (error instanceof OpineError) return failure(error.code, error.message)
  if (isCommanderError(error)) return usage(error)
  const revert = revertOf(error)
  if (revert) return failure('CALL_REVERTED', `the contract refused the call: ${formatRevert(revert)}`)
  if (isError(error, 'INSUFFICIENT_FUNDS') || lacksFunds(error))
    return failure('LOW_FUNDS', 'the account cannot pay for the transaction; fund it and try again')
  if (isError(error, 'NETWORK_ERROR') || isError(error, 'SERVER_ERROR') || isError(error, 'TIMEOUT')) {
    return failure('NODE_UNREACHABLE', `the node does not answer: ${error.shortMessage}; check --rpc`)
  }
  return undefined
}

/** Each package may have its own copy of commander, so that its class says little. */
export const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')

const failure = (code: string, message: string): Failure => ({ code, message: oneLine(message.replace(/\s*\n\s*/g, ' ')) })

function usage(error: CommanderError): Failure {
  const message = error.message.replace(/^error: /, '')
  return failure('USAGE', error.code === 'commander.help' ? 'a command is missing; --help lists them' : `${message}; --help shows examples`)
}

/** Nodes say it in their own words, under no code. */
const lacksFunds = (error: unknown): boolean => isError(error, 'UNKNOWN_ERROR') && /enough funds|insufficient funds/i.test(error.message)
