import { OpineError } from '@opine/dispute-game/errors.ts'
import type { DeploymentStep } from '@opine/node-kit/deployment-steps.ts'
import { formatUnits, getBytes, type Provider } from 'ethers'
import { etherText } from '../chain/money.ts'
import { grouped } from '../output.ts'

/** Gas of EIP-2028, EIP-3860 and the deposit of code; a byte of what is created costs all three. */
const BASE = 53_000n
const BYTE = 16n + 200n + 1n
/** What constructors do: the rules that they store, the golden step. */
const CONSTRUCTOR = 600_000n
const PAYMENT = 120_000n

/** A bound on the gas of these transactions. Most of it is code, which the chain charges by the byte. */
export const gasBound = (steps: readonly DeploymentStep[]): bigint =>
  steps.reduce((sum, { creates, data }) => sum + (creates ? BASE + CONSTRUCTOR + BYTE * BigInt(getBytes(data).length) : PAYMENT), 0n)

/**
 * Says what a deployment may cost, and whether the account has it.
 * @param maxFee  wei for a unit of gas, null for what the node suggests
 * @throws {OpineError} `LOW_FUNDS`
 */
export async function requireFunds(
  provider: Provider,
  account: string,
  steps: readonly DeploymentStep[],
  maxFee: bigint | null,
  say: (line: string) => void,
): Promise<void> {
  const [fees, balance] = await Promise.all([provider.getFeeData(), provider.getBalance(account)])
  const suggested = fees.maxFeePerGas ?? fees.gasPrice ?? 0n
  const price = maxFee !== null && maxFee < suggested ? maxFee : suggested
  const gas = gasBound(steps)
  const needed = gas * price + steps.reduce((sum, { value }) => sum + value, 0n)
  say(
    `${steps.length} transactions, at most ${grouped(gas)} gas; at ${formatUnits(price, 'gwei')} gwei ${etherText(needed)}, of ${etherText(balance)} that ${account} has`,
  )
  if (balance >= needed) return
  const message = `${account} has ${etherText(balance)}, but the deployment may take ${etherText(needed)}; fund it, or lower --max-fee`
  throw new OpineError('LOW_FUNDS', message, { account, balance: String(balance), needed: String(needed) })
}
