import { OpineError } from '@opine/dispute-game/errors.ts'
import type { OpineClient } from './client.ts'
import { type ReceiptOptions, waitForReceipt } from './receipt.ts'
import { refusalOf } from './refusal.ts'
import { result } from './result.ts'

/**
 * Ends a request that could end, which anybody may do: settles it if its answer is final, or expires it if there is none. Operators
 * do it by themselves; this is for when none does.
 * @throws {OpineError} `SIGNER_MISSING`; `ALREADY_ENDED`; `REQUEST_REFUSED` if it cannot end yet; `LOW_FUNDS`, `SIGNATURE_DENIED`
 * @example
 * await finish(client, { requestId })
 */
export async function finish(
  client: OpineClient,
  { requestId, ...options }: { readonly requestId: string } & ReceiptOptions,
): Promise<{ readonly ended: 'settled' | 'expired'; readonly hash: string }> {
  const { oracle, provider, signer, polling } = client
  if (!signer) throw new OpineError('SIGNER_MISSING', 'the client only reads; make it with a signer to end requests')
  const { status, answer } = await result(client, { requestId })
  if (status !== 'open')
    throw new OpineError('ALREADY_ENDED', `request ${requestId} is ${status} already; nothing is left to do`, { requestId })
  const ended = answer ? 'settled' : 'expired'
  const [call, args] = answer ? [oracle.getFunction('settle'), [requestId, answer.output]] : [oracle.getFunction('expire'), [requestId]]
  try {
    await call.staticCall(...args)
    const { hash } = await call.send(...args)
    await waitForReceipt(provider, hash, { polling, ...options })
    return { ended, hash }
  } catch (error) {
    throw refusalOf(error, oracle)
  }
}
