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
import { type BytesLike, ContractFactory, getCreateAddress, Interface, ZeroAddress } from 'ethers'
import { governanceOf, type ProtocolTerms, rulesOf } from './protocol-terms.ts'

/** In the order of their deployment. */
export const NAMES = [
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
] as const

export type ContractName = (typeof NAMES)[number]
export type ContractAddresses = { readonly [name in ContractName]: string }
type Artifact = { readonly abi: readonly object[]; readonly bytecode: string }

/**
 * One transaction of a deployment.
 * @property creates  the address that it brings code to; null for one that pays a wei in
 * @property pays     whom the vault owes that wei; null for a creation
 */
export type DeploymentStep = {
  readonly name: string
  readonly creates: string | null
  readonly pays: string | null
  readonly to: string | null
  readonly data: BytesLike
  readonly value: bigint
}

/**
 * All transactions of a deployment. The contracts know each other's addresses as immutables, so the addresses are foreseen from the deployer's
 * nonce: nothing can be re-wired afterwards.
 * @param first  nonce of the first of them
 */
export function deploymentSteps(
  from: string,
  first: number,
  terms: ProtocolTerms,
): { readonly at: ContractAddresses; readonly steps: readonly DeploymentStep[] } {
  const feed = terms.sequencerFeed
  const offset = feed ? 1 : 0
  const addressAt = (nonce: number): string => getCreateAddress({ from, nonce })
  const at = Object.fromEntries(NAMES.map((name, index) => [name, addressAt(first + offset + index)])) as ContractAddresses
  const liveClock = feed ? addressAt(first) : ZeroAddress
  const rules = rulesOf(terms)
  const gameTerms = { levels: terms.levels ?? LEVELS, liveClock }
  const plan: { readonly [name in ContractName]: readonly [Artifact, readonly unknown[]] } = {
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
  const creation = (name: string, creates: string, { abi, bytecode }: Artifact, args: readonly unknown[]): DeploymentStep => {
    const factory = new ContractFactory(abi as never, bytecode)
    return { name, creates, pays: null, to: null, data: `${bytecode}${factory.interface.encodeDeploy(args).slice(2)}`, value: 0n }
  }
  // A wei in each escrow that is never paid out: what comes and goes beside it changes a number instead of creating and clearing one.
  const vault = new Interface(OperatorRegistry.abi as never)
  const credit = (name: ContractName): DeploymentStep => {
    const data = vault.encodeFunctionData('credit', [at[name]])
    return { name: `escrow of ${name}`, creates: null, pays: at[name], to: at.operators, data, value: 1n }
  }
  const clock = feed ? [creation('liveClock', liveClock, LiveClock, [feed])] : []
  const contracts = NAMES.map((name) => creation(name, at[name], ...plan[name]))
  return { at, steps: [...clock, ...contracts, credit('oracle'), credit('game'), credit('claims')] }
}
