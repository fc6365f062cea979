import { OpineError } from '@opine/dispute-game/errors.ts'
import { CommanderError } from 'commander'
import { type ErrorDescription, isCallException, isError } from 'ethers'
import { findCustomError } from './chain/custom-error.ts'

export type Failure = { readonly code: string; readonly message: string }

/** An expected failure as one line, or undefined for what is a defect of this program. */
export function expectedFailure(error: unknown): Failure | undefined {
  if (error instanceof OpineError) return failure(error.code, error.message)
  if (error instanceof CommanderError) return usage(error)
  if (isCallException(error)) {
    const custom = findCustomError(error.data)
    return failure('CALL_REVERTED', custom ? describe(custom) : `the contract refused the call: ${error.shortMessage}`)
  }
  if (isError(error, 'INSUFFICIENT_FUNDS') || lacksFunds(error))
    return failure('LOW_FUNDS', 'the account cannot pay for the transaction; fund it and try again')
  if (isError(error, 'NETWORK_ERROR') || isError(error, 'SERVER_ERROR') || isError(error, 'TIMEOUT')) {
    return failure('NODE_UNREACHABLE', `the node does not answer: ${error.shortMessage}; check --rpc`)
  }
  return undefined
}

const failure = (code: string, message: string): Failure => ({ code, message: message.replace(/\s*\n\s*/g, ' ') })

const describe = ({ name, args }: ErrorDescription): string => `the contract refused the call: ${name}(${args.map(String).join(', ')})`

function usage(error: CommanderError): Failure {
  const message = error.message.replace(/^error: /, '')
  return failure('USAGE', error.code === 'commander.help' ? 'a command is missing; --help lists them' : `${message}; --help shows examples`)
}

/** Nodes say it in their own words, under no code. */
const lacksFunds = (error: unknown): boolean => isError(error, 'UNKNOWN_ERROR') && /enough funds|insufficient funds/i.test(error.message)
