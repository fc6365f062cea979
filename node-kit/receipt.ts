import { setTimeout as sleep } from 'node:timers/promises'
import type { Provider, TransactionReceipt } from 'ethers'

/**
 * The receipt of a mined transaction, null if there is none. A node may still know that of a block which a reorganisation took away, or be
 * another one behind the same address: only the receipt of a block of the chain counts.
 */
export async function receiptOf(provider: Provider, hash: string): Promise<TransactionReceipt | null> {
  const receipt = await provider.getTransactionReceipt(hash)
  if (!receipt) return null
  const block = await provider.getBlock(receipt.blockNumber)
  return block?.hash === receipt.blockHash ? receipt : null
}

/** Milliseconds between looks. */
const PAUSE = 50

/**
 * Waits until a transaction is mined, for ever. ethers' own wait misses one that was mined between its look for the receipt and its first look
 * for blocks, until another block comes: on a node that mines for transactions alone, never.
 */
export async function minedReceipt(provider: Provider, hash: string): Promise<TransactionReceipt> {
  for (;;) {
    const receipt = await receiptOf(provider, hash)
    if (receipt) return receipt
    await sleep(PAUSE)
  }
}
