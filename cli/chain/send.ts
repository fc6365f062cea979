import type { BaseContract, ContractTransactionResponse, Overrides, TransactionReceipt } from 'ethers'

/**
 * Sends a call and waits for its receipt.
 * @throws the contract's own error, found before anything is sent
 */
export async function send(
  contract: BaseContract,
  method: string,
  args: readonly unknown[],
  overrides: Overrides = {},
): Promise<TransactionReceipt> {
  const sent: ContractTransactionResponse = await contract.getFunction(method).send(...args, overrides)
  const receipt = await sent.wait()
  if (!receipt) throw new Error(`${method} has no receipt`)
  return receipt
}
