import { OpineError } from '@opine/dispute-game/errors.ts'
import { type AbstractProvider, keccak256 } from 'ethers'
import type { Fees } from './fees.ts'
import type { Intent, Version } from './intents.ts'
import type { Fields } from './log.ts'
import type { SigningAccount } from './remote-signer.ts'
import { formatRevert, revertOf } from './revert.ts'

export type Call = { readonly from: string; readonly to: string; readonly data: string; readonly value: bigint }

/** What is said of a transaction in the log; `kind` names the deed. */
export type Facts = Fields & { readonly kind: string }

/**
 * Tries a call on the latest block.
 * @returns a gas limit with room for what other transactions change before it is mined
 * @throws {OpineError} `MOVE_REFUSED` with the decoded reason if it reverts
 */
export async function simulate(provider: AbstractProvider, call: Call, facts: Facts): Promise<bigint> {
  try {
    const gas = gasFor(provider, call)
    // Its refusal is of no interest where the call is refused.
    gas.catch(() => {})
    await provider.call({ ...call, blockTag: 'latest' })
    return await gas
  } catch (error) {
    const revert = revertOf(error)
    if (!revert) throw error
    const reason = revert.data ? formatRevert(revert) : nodeMessage(error)
    throw new OpineError(
      'MOVE_REFUSED',
      `${facts.kind} would revert: ${reason}`,
      { ...facts, revert: revert.name, reason },
      { cause: error },
    )
  }
}

/** Why an intent would revert now; undefined if it would not, or where nobody can tell. */
export const refusalOf = (provider: AbstractProvider, from: string, { to, data, value, facts }: Intent): Promise<OpineError | undefined> =>
  simulate(provider, { from, to, data, value: BigInt(value) }, facts).then(
    () => undefined,
    (error: unknown) => (error instanceof OpineError && error.code === 'MOVE_REFUSED' ? error : undefined),
  )

/** Gas of a transaction whose need cannot be estimated: the largest callback, and what settling costs besides. */
const AMPLE = 8_000_000n

/** Some nodes give no estimate where an inner call burns all that it gets, as a hungry consumer's callback does; such a call gets ample gas. */
async function gasFor(provider: AbstractProvider, call: Call): Promise<bigint> {
  try {
    return ((await provider.estimateGas(call)) * 5n) / 4n + 10_000n
  } catch (error) {
    if (revertOf(error)?.data) throw error
    await provider.call({ ...call, gasLimit: AMPLE, blockTag: 'latest' })
    return AMPLE
  }
}

/** An account cannot pay for a deed. The message has no amounts: as long as it lasts it is one fact. */
export function fundsLow(account: string, balance: bigint, needed: bigint, facts: Facts): OpineError {
  const message = `${account} cannot pay for ${facts.kind}; send it more ether, the daemon goes on by itself`
  return new OpineError('FUNDS_LOW', message, { ...facts, account, balance: String(balance), needed: String(needed) })
}

/** Gas costs more than may be offered; the message is the same as long as that lasts, see `fundsLow`. */
export function feeCapReached(facts: Facts, baseFee: bigint, feeCap: bigint): OpineError {
  const message = `gas costs more than --fee-cap allows; ${facts.kind} waits until it is cheaper`
  return new OpineError('FEE_CAP_REACHED', message, { ...facts, baseFee: String(baseFee), feeCap: String(feeCap) })
}

/** Signs a version of an intent. */
export async function signVersion(
  provider: AbstractProvider,
  wallet: SigningAccount,
  { to, data, value, gasLimit, nonce }: Pick<Intent, 'to' | 'data' | 'value' | 'gasLimit' | 'nonce'>,
  { maxFee, tip }: Fees,
): Promise<Version> {
  const { chainId } = await provider.getNetwork()
  const fees = { maxFeePerGas: maxFee, maxPriorityFeePerGas: tip }
  const raw = await wallet.signTransaction({ type: 2, chainId, to, data, value: BigInt(value), gasLimit: BigInt(gasLimit), nonce, ...fees })
  return { hash: keccak256(raw), raw, maxFee: String(maxFee), tip: String(tip) }
}

type NodeError = {
  readonly info?: { readonly error?: { readonly message?: string } }
  readonly error?: { readonly message?: string }
  readonly message: string
}

/** What the node said, without the request that ethers wraps it in. */
export function nodeMessage(error: unknown): string {
  const { info, error: inner, message } = error as NodeError
  return info?.error?.message ?? inner?.message ?? message
}
