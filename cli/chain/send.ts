import { waitForReceipt } from '@opine/client/receipt.ts'
import type { BaseContract, ContractTransactionResponse, Overrides, TransactionReceipt } from 'ethers'
import { Account } from './account.ts'

/**
 * Sends a call and waits for its receipt, for as many confirmations as its account wants.
 * @throws the contract's own error, found before anything is sent
 */
export async function send(
  contract: BaseContract,
  method: string,
  args: readonly unknown[],
  overrides: Overrides = {},
): Promise<TransactionReceipt> {
  const sent: ContractTransactionResponse = await contract.getFunction(method).send(...args, overrides)
  const { runner } = contract
  const confirmations = runner instanceof Account ? runner.confirmations : 1
  return waitForReceipt(sent.provider, sent.hash, { confirmations, polling: 100 })
}
