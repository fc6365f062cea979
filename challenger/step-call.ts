import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import type { StepCase } from '@opine/models/trace/step-case.ts'
import { formatRevert, revertOf } from '@opine/node-kit/revert.ts'
import { type AbstractProvider, Interface, isError } from 'ethers'

const ABI = new Interface(StepVerifier.abi as never)

/** What a deployed verifier makes of a step: 32 bits, or why it makes nothing of it; `unasked` if the node did not put the question to it. */
export type StepAnswer =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unasked'; readonly reason: string }

/**
 * Asks a verifier on the chain for one step of the own trace, by `eth_call`: nothing is sent and nothing is paid. `tryExactStep` asks for a
 * game's own.
 * @throws {OpineError} `NODE_...` where the connection fails, which says nothing of the step
 */
export const askVerifier = (
  provider: AbstractProvider,
  verifier: string,
  { transition, witness }: Pick<StepCase, 'transition' | 'witness'>,
): Promise<StepAnswer> =>
  answerOf(provider, verifier, ABI.encodeFunctionData('evaluate', [transition, witness]), (answer) =>
    Number(ABI.decodeFunctionResult('evaluate', answer)[0]),
  )

/** The same for a call that is encoded already. @throws {OpineError} `NODE_...` */
export async function answerOf(
  provider: AbstractProvider,
  verifier: string,
  data: string,
  decode: (answer: string) => number,
): Promise<StepAnswer> {
  try {
    return { kind: 'value', value: decode(await provider.call({ to: verifier, data })) }
  } catch (error) {
    const revert = revertOf(error)
    if (revert) return { kind: 'refused', reason: formatRevert(revert) }
    if (isError(error, 'BAD_DATA')) return { kind: 'refused', reason: `${verifier} gives no number` }
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('NODE_')) throw error
    return { kind: 'unasked', reason: error instanceof Error ? error.message.split('\n')[0]! : String(error) }
  }
}
