import type { AbstractProvider, TransactionReceipt } from 'ethers'

/**
 * The receipt of a mined transaction, null if there is none. A node may still know that of a block which a reorganisation took away, or be
 * another one behind the same address: only the receipt of a block of the chain counts.
 */
export async function receiptOf(provider: AbstractProvider, hash: string): Promise<TransactionReceipt | null> {
  const receipt = await provider.getTransactionReceipt(hash)
  if (!receipt) return null
  const block = await provider.getBlock(receipt.blockNumber)
  return block?.hash === receipt.blockHash ? receipt : null
}
