import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { readDeployment } from '@opine/node-kit/deployment-file.ts'
import { Contract, type ContractRunner } from 'ethers'

export type Protocol = {
  readonly models: Contract
  readonly operators: Contract
  readonly oracle: Contract
  readonly game: Contract
  readonly claims: Contract
  readonly attestations: Contract
}

/** The protocol's contracts, called by `runner`. */
export function protocolAt(deployment: Deployment, runner: ContractRunner): Protocol {
  return {
    models: new Contract(deployment.models, ModelRegistry.abi, runner),
    operators: new Contract(deployment.operators, OperatorRegistry.abi, runner),
    oracle: new Contract(deployment.oracle, InferenceOracle.abi, runner),
    game: new Contract(deployment.game, DisputeGame.abi, runner),
    claims: new Contract(deployment.claims, RewardClaims.abi, runner),
    attestations: new Contract(deployment.attestations, Attestations.abi, runner),
  }
}

/**
 * The same for a deployment that a file names.
 * @throws {OpineError} `DEPLOYMENT_UNREADABLE`, `DEPLOYMENT_MALFORMED`; `CHAIN_WRONG` if the file is for another chain than the node's
 */
export function protocolOf(file: string, chainId: number, runner: ContractRunner): Protocol & { readonly deployment: Deployment } {
  const deployment = readDeployment(file)
  if (deployment.chainId === chainId) return { deployment, ...protocolAt(deployment, runner) }
  const message = `${file} is for chain ${deployment.chainId}, but the node serves chain ${chainId}; correct --deployment or --rpc`
  throw new OpineError('CHAIN_WRONG', message, { expected: deployment.chainId, found: chainId })
}
