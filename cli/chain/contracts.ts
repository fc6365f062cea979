import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { Contract, type ContractRunner } from 'ethers'

export type Protocol = {
  readonly models: Contract
  readonly operators: Contract
  readonly oracle: Contract
  readonly game: Contract
  readonly claims: Contract
}

/** The protocol's contracts, called by `runner`. */
export function protocolAt(deployment: Deployment, runner: ContractRunner): Protocol {
  return {
    models: new Contract(deployment.models, ModelRegistry.abi, runner),
    operators: new Contract(deployment.operators, OperatorRegistry.abi, runner),
    oracle: new Contract(deployment.oracle, InferenceOracle.abi, runner),
    game: new Contract(deployment.game, DisputeGame.abi, runner),
    claims: new Contract(deployment.claims, RewardClaims.abi, runner),
  }
}
