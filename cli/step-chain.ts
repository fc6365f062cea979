import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { BrowserProvider, type BytesLike, ContractFactory, Interface, isError, type JsonRpcApiProvider } from 'ethers'
import type { StepCase } from './step-case.ts'

const ABI = new Interface(StepVerifier.abi)
/** EIP-7825: no transaction may have more. */
const MAX_TRANSACTION_GAS = 16_777_216n

/** What the contract makes of a step: the value that it computes, or the error with which it reverts. */
export type StepOutcome = { readonly value: number } | { readonly error: string }

/**
 * A chain with a step verifier.
 * @property evaluate  asks for the outcome, without a transaction
 * @property spend     sends the step as a transaction of its own; gives its whole gas, calldata included
 */
export type StepChain = {
  readonly evaluate: (data: string) => Promise<StepOutcome>
  readonly spend: (data: string) => Promise<number>
}

/** Calldata of `evaluate`. */
export const encodeStep = ({ transition, witness }: Pick<StepCase, 'transition' | 'witness'>): string =>
  ABI.encodeFunctionData('evaluate', [transition, witness])

/** Deploys a verifier, on a chain inside this process unless another one is given. */
export async function stepChain(given?: JsonRpcApiProvider): Promise<StepChain> {
  const provider = given ?? (await embeddedChain())
  const signer = await provider.getSigner()
  const deployed = await new ContractFactory(StepVerifier.abi, StepVerifier.bytecode, signer).deploy()
  await deployed.waitForDeployment()
  const to = await deployed.getAddress()
  return {
    evaluate: async (data) => {
      try {
        return { value: Number(await provider.call({ to, data })) }
      } catch (error) {
        return { error: errorName(error) }
      }
    },
    spend: async (data) => {
      const sent = await signer.sendTransaction({ to, data, gasLimit: MAX_TRANSACTION_GAS })
      const receipt = await sent.wait()
      return Number(receipt!.gasUsed)
    },
  }
}

async function embeddedChain(): Promise<BrowserProvider> {
  const { default: hre } = await import('hardhat')
  const { provider } = await hre.network.create()
  const browser = new BrowserProvider(provider, undefined, { cacheTimeout: -1 })
  browser.pollingInterval = 5
  return browser
}

/** Name and arguments of a contract's error; any other error is thrown on. */
function errorName(error: unknown): string {
  if (!isError(error, 'CALL_EXCEPTION')) throw error
  const data: BytesLike = error.data ?? '0x'
  const parsed = data === '0x' ? null : ABI.parseError(data)
  return parsed ? `${parsed.name}(${parsed.args.join(', ')})` : `revert ${data}`
}
