import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { Governance } from '@opine/abi/generated/Governance.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { KernelValidator } from '@opine/abi/generated/KernelValidator.ts'
import { LiveClock } from '@opine/abi/generated/LiveClock.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { Parameters } from '@opine/abi/generated/Parameters.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { LEVELS } from '@opine/dispute-game/game/types.ts'
import { Contract, ContractFactory, getCreateAddress, type Signer, ZeroAddress } from 'ethers'
import { governanceOf, type ProtocolTerms, rulesOf } from './protocol-terms.ts'

/** Addresses of the protocol's contracts on one chain. */
export type Deployment = {
  readonly chainId: number
  /** Block of the first contract; event scans begin here. */
  readonly block: number
  readonly models: string
  readonly operators: string
  readonly oracle: string
  readonly game: string
  readonly claims: string
  readonly verifier: string
  readonly validator: string
  readonly governance: string
  readonly parameters: string
  readonly attestations: string
}

/** In the order of their deployment. */
const NAMES = [
  'governance',
  'parameters',
  'models',
  'verifier',
  'validator',
  'operators',
  'oracle',
  'game',
  'claims',
  'attestations',
] as const satisfies readonly (keyof Deployment)[]

type Name = (typeof NAMES)[number]
type Addresses = { readonly [name in Name]: string }
type Artifact = { readonly abi: readonly object[]; readonly bytecode: string }

/**
 * Deploys the protocol. The contracts know each other's addresses as immutables, so the addresses are foreseen from the deployer's nonce:
 * nothing can be re-wired afterwards.
 * @throws {Error} when another transaction of the deployer slipped in between and an address came out otherwise
 */
export async function deployProtocol(deployer: Signer, terms: ProtocolTerms): Promise<Deployment> {
  const from = await deployer.getAddress()
  const provider = deployer.provider!
  const liveClock = terms.sequencerFeed ? await deployClock(deployer, terms.sequencerFeed) : ZeroAddress
  const nonce = await deployer.getNonce()
  const at = Object.fromEntries(NAMES.map((name, offset) => [name, getCreateAddress({ from, nonce: nonce + offset })])) as Addresses
  const rules = rulesOf(terms)
  const gameTerms = { levels: terms.levels ?? LEVELS, liveClock }
  const plan: { readonly [name in Name]: readonly [Artifact, readonly unknown[]] } = {
    governance: [Governance, [...governanceOf(terms, from), at.parameters, at.operators]],
    parameters: [Parameters, [at.governance, rules.request, rules.game, rules.vault]],
    models: [ModelRegistry, [at.parameters, at.attestations]],
    verifier: [StepVerifier, []],
    validator: [KernelValidator, []],
    operators: [OperatorRegistry, [at.governance, at.parameters, at.oracle, at.game, at.claims, at.attestations]],
    oracle: [InferenceOracle, [at.models, at.operators, at.claims, at.parameters, at.game, liveClock]],
    game: [DisputeGame, [at.oracle, at.models, at.operators, at.parameters, at.verifier, at.validator, gameTerms]],
    claims: [RewardClaims, [at.oracle, at.models, at.operators, at.game]],
    attestations: [Attestations, [at.parameters, at.models, at.operators, liveClock]],
  }
  let block = 0
  for (const [index, name] of NAMES.entries()) {
    const [artifact, args] = plan[name]
    const contract = await new ContractFactory(artifact.abi as object[] as never, artifact.bytecode, deployer).deploy(...args, {
      nonce: nonce + index,
    })
    const receipt = await contract.deploymentTransaction()!.wait()
    if (receipt?.contractAddress?.toLowerCase() !== at[name].toLowerCase())
      throw new Error(`${name} came to ${receipt?.contractAddress}, not ${at[name]}`)
    if (index === 0) block = receipt.blockNumber
  }
  // A wei in each escrow that is never paid out: what comes and goes beside it changes a number instead of creating and clearing one.
  for (const account of [at.oracle, at.game, at.claims]) {
    const sent = await new Contract(at.operators, OperatorRegistry.abi as never, deployer).getFunction('credit')(account, {
      value: 1n,
    })
    await sent.wait()
  }
  const { chainId } = await provider.getNetwork()
  return { chainId: Number(chainId), block, ...at }
}

/** On a rollup: time that stands still while its sequencer is down. @param feed  address of its uptime feed */
async function deployClock(deployer: Signer, feed: string): Promise<string> {
  const clock = await new ContractFactory(LiveClock.abi as never, LiveClock.bytecode, deployer).deploy(feed)
  await clock.waitForDeployment()
  return clock.getAddress()
}
