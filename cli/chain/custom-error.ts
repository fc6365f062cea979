import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { type ErrorDescription, Interface } from 'ethers'

const CONTRACTS = [ModelRegistry, OperatorRegistry, InferenceOracle, DisputeGame, RewardClaims, StepVerifier]
let interfaces: readonly Interface[] | undefined

/** The protocol's own error that a revert carries, whichever contract it came from. */
export function findCustomError(data: string | null | undefined): ErrorDescription | undefined {
  if (!data) return undefined
  interfaces ??= CONTRACTS.map(({ abi }) => new Interface(abi))
  for (const known of interfaces) {
    const found = known.parseError(data)
    if (found) return found
  }
  return undefined
}
