import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { KernelValidator } from '@opine/abi/generated/KernelValidator.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { ContractFactory, getCreateAddress, type Signer } from 'ethers'

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
}

/**
 * @property clock       seconds for each side of a game in all
 * @property extension   seconds that a turn has at least
 * @property gameBond    challenger bond, wei
 * @property minBond     least assertion bond of a request, wei
 * @property claimWindow seconds in which rewards are claimed
 */
export type ProtocolTerms = {
  readonly clock: number
  readonly extension: number
  readonly gameBond: bigint
  readonly minBond: bigint
  readonly claimWindow: number
}

type Artifact = { readonly abi: readonly object[]; readonly bytecode: string }

/**
 * Deploys the protocol. The contracts know each other's addresses as immutables, so the addresses are foreseen from the deployer's nonce:
 * nothing can be re-wired afterwards.
 * @throws {Error} when another transaction of the deployer slipped in between and an address came out otherwise
 */
export async function deployProtocol(deployer: Signer, terms: ProtocolTerms): Promise<Deployment> {
  const from = await deployer.getAddress()
  const provider = deployer.provider!
  const nonce = await deployer.getNonce()
  const foreseen = (offset: number) => getCreateAddress({ from, nonce: nonce + offset })
  const [models, verifier, validator, operators, oracle, game, claims] = [0, 1, 2, 3, 4, 5, 6].map(foreseen) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const gameTerms = { clock: terms.clock, extension: terms.extension, bond: terms.gameBond }
  const plan: readonly [Artifact, readonly unknown[], string][] = [
    [ModelRegistry, [], models],
    [StepVerifier, [], verifier],
    [KernelValidator, [], validator],
    [OperatorRegistry, [oracle], operators],
    [InferenceOracle, [models, operators, claims, game, terms.minBond], oracle],
    [DisputeGame, [oracle, models, operators, verifier, validator, gameTerms], game],
    [RewardClaims, [oracle, models, operators, game, terms.claimWindow], claims],
  ]
  let block = 0
  for (const [index, [artifact, args, address]] of plan.entries()) {
    const contract = await new ContractFactory(artifact.abi as object[] as never, artifact.bytecode, deployer).deploy(...args, {
      nonce: nonce + index,
    })
    const receipt = await contract.deploymentTransaction()!.wait()
    if (receipt?.contractAddress?.toLowerCase() !== address.toLowerCase())
      throw new Error(`contract came to ${receipt?.contractAddress}, not ${address}`)
    if (index === 0) block = receipt.blockNumber
  }
  const { chainId } = await provider.getNetwork()
  return { chainId: Number(chainId), block, models, operators, oracle, game, claims, verifier, validator }
}
