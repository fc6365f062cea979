import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Contract, isCallException, isError } from 'ethers'

/** What to do about what the oracle refuses, by its errors' names. */
const NEXT: Readonly<Record<string, string>> = {
  InferenceOracle_BadTerms: 'correct that term; chooseTerms gives terms within the bounds',
  InferenceOracle_VersionRetired: 'its owner took the version back; ask a later one',
  InferenceOracle_VersionInactive: 'too few operators attest its files; ask with allowInactive, or wait for attestations',
  InferenceOracle_ValueTooLow: 'pay what estimate says',
  InferenceOracle_InputLength: 'the input has another length than the model takes; packInput makes it from tensors',
  ModelRegistry_UnknownVersion: 'correct the version id; opine model register prints it',
}

/**
 * A failed call of ethers as one typed error with the next step; what is no refusal stays as it is.
 * @returns `REQUEST_REFUSED` for a revert, `LOW_FUNDS`, `SIGNATURE_DENIED` if the wallet's owner said no, or `error` itself
 */
export function refusalOf(error: unknown, { interface: abi }: Contract): unknown {
  if (isError(error, 'ACTION_REJECTED')) {
    return new OpineError('SIGNATURE_DENIED', 'the wallet did not sign; ask again if it was to', {}, { cause: error })
  }
  if (isError(error, 'INSUFFICIENT_FUNDS') || (isError(error, 'UNKNOWN_ERROR') && /(enough|insufficient) funds/i.test(error.message))) {
    return new OpineError('LOW_FUNDS', 'the account cannot pay for the request and its gas; fund it and try again', {}, { cause: error })
  }
  if (!isCallException(error)) return error
  const known = error.data ? abi.parseError(error.data) : null
  const reason = known
    ? `${known.name}(${known.args.map(String).join(', ')})`
    : (error.reason ?? `unknown revert ${error.data ?? ''}`.trim())
  const next = NEXT[known?.name ?? '']
  const message = `the oracle refuses the request: ${reason}${next ? `; ${next}` : ''}`
  return new OpineError('REQUEST_REFUSED', message, { revert: known?.name ?? 'unknown', reason }, { cause: error })
}
