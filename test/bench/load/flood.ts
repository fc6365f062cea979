import { INK, SIDE, toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import type { Stage } from '../../scenarios/stage.ts'
import { GWEI } from '../../support/arena.ts'
import { account } from '../../support/local-chain.ts'

/** A picture of a digit with one other pixel, so that no two of them are alike and every one has to be run. */
export function picture(index: number): Uint8Array {
  const pixels = SAMPLES[index % SAMPLES.length]!.pixels.slice()
  const [at, more] = [(index * 7) % SIDE ** 2, 1 + Math.floor(index / SIDE ** 2)]
  pixels[at] = (pixels[at]! + more) % (INK + 1)
  return new Uint8Array(toInput(pixels).buffer)
}

type Reply = { readonly error?: { readonly message: string } }

/**
 * Signs a request for each input, from several accounts in turn.
 * @returns sends them all at once, a JSON-RPC batch for each account, and waits for no block; throws where the node refuses one
 */
export async function flood(stage: Stage, inputs: readonly Uint8Array[], accounts: readonly number[]): Promise<() => Promise<void>> {
  const { provider, contracts } = stage
  const terms = await stage.terms()
  const value = await stage.due(terms)
  const calls = inputs.map((input) => contracts.oracle.encode('requestInference', stage.versionId, input, terms))
  const gasLimit = ((await provider.estimateGas({ ...calls[0]!, from: stage.address(accounts[0]!), value })) * 3n) / 2n
  const { chainId } = await provider.getNetwork()
  const fees = { type: 2, chainId, gasLimit, maxFeePerGas: 100n * GWEI, maxPriorityFeePerGas: GWEI }
  const sign = async (who: number, place: number) => {
    const wallet = account(who)
    const first = await provider.getTransactionCount(wallet.address)
    const own = calls.filter((_, index) => index % accounts.length === place)
    const raw = await Promise.all(own.map((call, id) => wallet.signTransaction({ ...call, ...fees, value, nonce: first + id })))
    return raw.map((bytes, id) => ({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [bytes] }))
  }
  const batches = await Promise.all(accounts.map(sign))
  const url = stage.anvil.url.replace('ws', 'http')
  const post = async (batch: object): Promise<Reply[]> => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(batch) })
    return (await answer.json()) as Reply[]
  }
  return async () => {
    for (const { error } of (await Promise.all(batches.map(post))).flat())
      if (error) throw new Error(`a request was refused: ${error.message}`)
  }
}
