import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Provider, TransactionReceipt } from 'ethers'
import { isPassing, sleep } from './patience.ts'

/**
 * @property confirmations  blocks that hold the transaction or build on it; 1 if left out
 * @property timeout        milliseconds; ten minutes if left out
 * @property onTrouble      hears what the node failed at; it is asked again
 */
export type ReceiptOptions = {
  readonly confirmations?: number
  readonly timeout?: number
  readonly polling?: number
  readonly signal?: AbortSignal | undefined
  readonly onTrouble?: ((error: unknown) => void) | undefined
}

/**
 * Waits for a transaction. A reorganisation that throws it out is waited out, and so is a node that does not answer.
 * @throws {OpineError} `TRANSACTION_REVERTED`; `TRANSACTION_SLOW` after the timeout; the signal's reason
 */
export async function waitForReceipt(
  provider: Provider,
  hash: string,
  { confirmations = 1, timeout = 600_000, polling = 500, signal, onTrouble }: ReceiptOptions = {},
): Promise<TransactionReceipt> {
  const end = Date.now() + timeout
  for (;;) {
    signal?.throwIfAborted()
    try {
      const receipt = await provider.getTransactionReceipt(hash)
      if (receipt && (confirmations <= 1 || (await provider.getBlockNumber()) >= receipt.blockNumber + confirmations - 1)) {
        if (receipt.status !== 0) return receipt
        const message = `transaction ${hash} was reverted in block ${receipt.blockNumber}; something else came before it: try again`
        throw new OpineError('TRANSACTION_REVERTED', message, { hash })
      }
    } catch (error) {
      if (!isPassing(error)) throw error
      onTrouble?.(error)
    }
    if (Date.now() >= end) {
      const message = `transaction ${hash} has not got ${confirmations} confirmation${confirmations === 1 ? '' : 's'} in ${timeout / 1000} seconds; it may still be mined, or was replaced: look at the account's transactions before sending it again`
      throw new OpineError('TRANSACTION_SLOW', message, { hash })
    }
    await sleep(polling, signal)
  }
}
