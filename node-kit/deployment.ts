import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { Contract, type Provider, type Signer, type TransactionReceipt } from 'ethers'
import { type ContractAddresses, type DeploymentStep, deploymentSteps } from './deployment-steps.ts'
import type { ProtocolTerms } from './protocol-terms.ts'
import { minedReceipt } from './receipt.ts'

/** Addresses of the protocol's contracts on one chain. @property block  of the first contract or before it; event scans begin here */
export type Deployment = { readonly chainId: number; readonly block: number } & ContractAddresses

/** One transaction more is mined, or was. @property gasUsed  null for one of an earlier run */
export type DeploymentProgress = {
  readonly name: string
  readonly address: string | null
  readonly index: number
  readonly total: number
  readonly gasUsed: bigint | null
}

/**
 * @property resume   a deployment that was cut off: the nonce of its first transaction and a block before it
 * @property onStep   hears of each transaction
 * @property receipt  waits for a transaction as long as the caller likes; for ever if left out
 */
export type DeployOptions = {
  readonly resume?: { readonly first: number; readonly block: number }
  readonly onStep?: (progress: DeploymentProgress) => void
  readonly receipt?: (hash: string) => Promise<TransactionReceipt>
}

/**
 * Deploys the protocol, or goes on where an earlier run was cut off: what is there already is left alone.
 * @throws {OpineError} `DEPLOYMENT_SLIPPED` when another transaction of the deployer came in between, so that an address came out otherwise
 */
export async function deployProtocol(deployer: Signer, terms: ProtocolTerms, options: DeployOptions = {}): Promise<Deployment> {
  const from = await deployer.getAddress()
  const provider = deployer.provider!
  const nonce = await deployer.getNonce()
  const first = options.resume?.first ?? nonce
  const { at, steps } = deploymentSteps(from, first, terms)
  const done = nonce - first
  if (done < 0 || done > steps.length) throw slipped(from)
  for (const step of steps.slice(0, done)) await requireDone(provider, at, step, from)
  let block = options.resume?.block
  for (const [index, step] of steps.entries()) {
    const { name, creates } = step
    const told = { name, address: creates, index, total: steps.length }
    if (index < done) {
      options.onStep?.({ ...told, gasUsed: null })
      continue
    }
    const { to, data, value } = step
    const sent = await deployer.sendTransaction({ to, data: String(data), value, nonce: first + index })
    const receipt = await (options.receipt ?? minedReceipt.bind(null, provider))(sent.hash)
    if (creates && receipt.contractAddress?.toLowerCase() !== creates.toLowerCase()) throw slipped(from)
    block ??= receipt.blockNumber
    options.onStep?.({ ...told, gasUsed: receipt.gasUsed })
  }
  const { chainId } = await provider.getNetwork()
  return { chainId: Number(chainId), block: block ?? 0, ...at }
}

/** Whether a transaction whose nonce is used was that of the deployment. */
async function requireDone(provider: Provider, at: ContractAddresses, { creates, pays }: DeploymentStep, from: string): Promise<void> {
  if (creates && (await provider.getCode(creates)) === '0x') throw slipped(from)
  if (!pays) return
  const owed: bigint = await new Contract(at.operators, OperatorRegistry.abi as never, provider).getFunction('payoutOf')(pays)
  if (owed === 0n) throw slipped(from)
}

const slipped = (from: string): OpineError =>
  new OpineError(
    'DEPLOYMENT_SLIPPED',
    `another transaction of ${from} came in between, so that the contracts would not find each other; start anew, with an account that does nothing else meanwhile`,
    { account: from },
  )
