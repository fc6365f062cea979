import { StepProbe } from '@opine/abi/generated/StepProbe.ts'
import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { waitForReceipt } from '@opine/client/receipt.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { StepCase } from '@opine/models/trace/step-case.ts'
import { BrowserProvider, ContractFactory, getBytes, Interface, type JsonRpcApiProvider } from 'ethers'

const ABI = new Interface(StepVerifier.abi)
const PROBE = new Interface(StepProbe.abi)
/** EIP-7825: no transaction may have more. */
export const MAX_TRANSACTION_GAS = 16_777_216

/** What the contract makes of a step: the value that it computes, or the error with which it reverts. */
export type StepOutcome = { readonly value: number } | { readonly error: string }
/** The same with the gas of a transaction that asks for the value, and the part of it that is the verifier's execution. */
export type MeasuredStep = { readonly value: number; readonly gas: number; readonly execution: number } | { readonly error: string }

/** A lane of a word of a tensor tree, with the word's siblings. */
export type LaneCase = {
  readonly root: Uint8Array
  readonly word: Uint8Array
  readonly index: number
  readonly siblings: readonly Uint8Array[]
  readonly lane: number
  readonly size: number
}

/**
 * A chain with a step verifier.
 * @property evaluate  asks for the outcome, without a transaction
 * @property measure   the same, with the gas that `spend` would give
 * @property spend     sends the step as a transaction of its own; gives its whole gas, calldata included
 * @property laneOf    what the game reads at a lane, padding or not
 */
export type StepChain = {
  readonly evaluate: (data: string) => Promise<StepOutcome>
  readonly measure: (data: string) => Promise<MeasuredStep>
  readonly spend: (data: string) => Promise<number>
  readonly laneOf: (lane: LaneCase) => Promise<number>
}

/** Calldata of `evaluate`. */
export const encodeStep = ({ transition, witness }: Pick<StepCase, 'transition' | 'witness'>): string =>
  ABI.encodeFunctionData('evaluate', [transition, witness])

/** What a transaction costs before it runs, and the floor of EIP-7623 for all of it. */
export function calldataGas(data: string): { readonly intrinsic: number; readonly floor: number } {
  let zeros = 0
  const bytes = getBytes(data)
  for (const byte of bytes) if (byte === 0) zeros += 1
  const tokens = zeros + 4 * (bytes.length - zeros)
  return { intrinsic: 21_000 + 4 * tokens, floor: 21_000 + 10 * tokens }
}

/** Deploys a verifier, on a chain inside this process unless another one is given. */
export async function stepChain(given?: JsonRpcApiProvider): Promise<StepChain> {
  const provider = given ?? (await embeddedChain())
  const signer = await provider.getSigner()
  const deploy = async ({ abi, bytecode }: { abi: readonly unknown[]; bytecode: string }): Promise<string> => {
    const deployed = await new ContractFactory(new Interface(JSON.stringify(abi)), bytecode, signer).deploy()
    await waitForReceipt(provider, deployed.deploymentTransaction()!.hash, { polling: 5 })
    return deployed.getAddress()
  }
  const to = await deploy(StepVerifier)
  const probe = await deploy(StepProbe)
  const ask = async (name: string, args: readonly unknown[]) =>
    PROBE.decodeFunctionResult(name, await provider.call({ to: probe, data: PROBE.encodeFunctionData(name, args) }))
  const spend = async (data: string): Promise<number> => {
    const sent = await signer.sendTransaction({ to, data, gasLimit: MAX_TRANSACTION_GAS })
    const { gasUsed } = await waitForReceipt(provider, sent.hash, { polling: 5 })
    return Number(gasUsed)
  }
  /** Of the probe's own; found with the first step, the same for all. */
  let overhead: Promise<number> | undefined
  const overheadOf = async (data: string, measured: number): Promise<number> => {
    const { intrinsic, floor } = calldataGas(data)
    const whole = await spend(data)
    if (whole > floor) return intrinsic + measured - whole
    throw new OpineError('STEP_GAS', 'the first step costs no more than its calldata, so that the probe cannot be set by it')
  }
  return {
    evaluate: async (data) => {
      const [ok, answer] = await ask('measure', [to, data])
      return ok ? { value: Number(answer) } : { error: errorName(answer) }
    },
    measure: async (data) => {
      const [ok, answer, gas] = await ask('measure', [to, data])
      if (!ok) return { error: errorName(answer) }
      overhead ??= overheadOf(data, Number(gas))
      const { intrinsic, floor } = calldataGas(data)
      const execution = Number(gas) - (await overhead)
      return { value: Number(answer), gas: Math.max(floor, intrinsic + execution), execution }
    },
    spend,
    laneOf: async ({ root, word, index, siblings, lane, size }) =>
      Number((await ask('lane', [root, word, index, siblings, lane, size]))[0]),
  }
}

async function embeddedChain(): Promise<BrowserProvider> {
  const { default: hre } = await import('hardhat')
  const { provider } = await hre.network.create()
  const browser = new BrowserProvider(provider, undefined, { cacheTimeout: -1 })
  browser.pollingInterval = 5
  return browser
}

/** Name and arguments of a contract's error. */
function errorName(data: string): string {
  const parsed = data === '0x' ? null : ABI.parseError(data)
  return parsed ? `${parsed.name}(${parsed.args.join(', ')})` : `revert ${data}`
}
