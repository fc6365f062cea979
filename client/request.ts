import { OpineError } from '@opine/dispute-game/errors.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { ModelInterface } from '@opine/models/ir/types.ts'
import type { TransactionReceipt } from 'ethers'
import type { OpineClient } from './client.ts'
import { estimate } from './estimate.ts'
import { packInput, type TensorData, type Tensors } from './input.ts'
import { type ReceiptOptions, waitForReceipt } from './receipt.ts'
import { refusalOf } from './refusal.ts'
import type { RequestTerms } from './request-terms.ts'
import { readSpec } from './spec.ts'

/**
 * @property input   bytes as they are, or tensors to be packed
 * @property spec    for packing; read from the registry if left out
 * @property value   wei; what `estimate` says if left out. What is above is credited to the account in the vault
 * @property onSent  hears the transaction's hash before it is mined
 */
export type Question = {
  readonly versionId: string
  readonly input: Uint8Array | { readonly tensors: Tensors | TensorData }
  readonly terms: RequestTerms
  readonly spec?: ModelInterface
  readonly value?: bigint
  readonly onSent?: (hash: string) => void
} & ReceiptOptions

/** @property fromBlock  the request is not older, unless the chain is reorganised */
export type Asked = { readonly requestId: string; readonly hash: string; readonly fromBlock: number; readonly gasUsed: bigint }

/**
 * Asks, from the client's own account and without a callback: the answer is pulled with `wait` or `result`. Whoever wants to be called back asks
 * through its own contract and reads the id with `requestIdsOf`.
 * @throws {OpineError} `SIGNER_MISSING`, `REQUEST_REFUSED` before anything is sent, `LOW_FUNDS`, `SIGNATURE_DENIED`, those of `packInput`,
 *   `readSpec` and `waitForReceipt`
 * @example
 * const asked = await request(client, { versionId, input: { tensors: pixels }, terms })
 */
export async function request(client: OpineClient, { versionId, input, terms, spec, value, onSent, ...options }: Question): Promise<Asked> {
  const { oracle, provider, signer, polling } = client
  if (!signer) throw new OpineError('SIGNER_MISSING', 'the client only reads; make it with a signer to send requests')
  const bytes = input instanceof Uint8Array ? input : packInput(spec ?? (await readSpec(client, { versionId })), input.tensors)
  const due = value ?? (await estimate(client, { versionId, terms }))
  const call = oracle.getFunction('requestInference')
  const args = [versionId, toHex(bytes), terms, { value: due }]
  let hash: string
  try {
    await call.staticCall(...args)
    hash = (await call.send(...args)).hash
  } catch (error) {
    throw refusalOf(error, oracle)
  }
  onSent?.(hash)
  const receipt = await waitForReceipt(provider, hash, { polling, ...options })
  const [requestId] = requestIdsOf(client, receipt)
  return { requestId: requestId!, hash, fromBlock: receipt.blockNumber, gasUsed: receipt.gasUsed }
}

/**
 * The ids of all requests that a transaction made, in order; for questions that were asked through another contract.
 * @throws {OpineError} `NO_REQUEST`
 */
export function requestIdsOf({ oracle }: Pick<OpineClient, 'oracle'>, { logs, hash }: TransactionReceipt): string[] {
  const address = String(oracle.target).toLowerCase()
  const events = logs.filter((log) => log.address.toLowerCase() === address).map((log) => oracle.interface.parseLog(log))
  const ids = events.filter((event) => event?.name === 'InferenceRequested').map((event) => String(event!.args[0]))
  if (ids.length > 0) return ids
  throw new OpineError('NO_REQUEST', `transaction ${hash} made no request; is the contract that was called a consumer of this oracle?`, {
    hash,
  })
}
