import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { type ContractRunner, Interface, type Result } from 'ethers'
import type { Deployment } from './deployment.ts'

type Name = 'models' | 'operators' | 'oracle' | 'game' | 'claims' | 'attestations'

/** One deployed contract: calls are encoded and answers decoded by its ABI. */
export type Contract = {
  readonly address: string
  readonly abi: Interface
  /** Calls a view at the latest block. @throws the error of ethers, from which `revertOf` takes the reason */
  readonly read: (method: string, ...args: readonly unknown[]) => Promise<Result>
  /** A transaction's target and data. */
  readonly encode: (method: string, ...args: readonly unknown[]) => { readonly to: string; readonly data: string }
}

export type Contracts = { readonly [name in Name]: Contract }

const ABIS = {
  models: new Interface(ModelRegistry.abi as never),
  operators: new Interface(OperatorRegistry.abi as never),
  oracle: new Interface(InferenceOracle.abi as never),
  game: new Interface(DisputeGame.abi as never),
  claims: new Interface(RewardClaims.abi as never),
  attestations: new Interface(Attestations.abi as never),
} as const satisfies Record<Name, Interface>

/** The contracts of a deployment, read through `runner`. */
export function contractsAt(deployment: Deployment, runner: ContractRunner): Contracts {
  const at = (name: Name): Contract => {
    const [address, abi] = [deployment[name], ABIS[name]]
    const read = async (method: string, ...args: readonly unknown[]): Promise<Result> => {
      const data = abi.encodeFunctionData(method, args)
      try {
        return abi.decodeFunctionResult(method, await runner.call!({ to: address, data }))
      } catch (error) {
        throw named(error, `${name}.${method}`)
      }
    }
    return { address, abi, read, encode: (method, ...args) => ({ to: address, data: abi.encodeFunctionData(method, args) }) }
  }
  return {
    models: at('models'),
    operators: at('operators'),
    oracle: at('oracle'),
    game: at('game'),
    claims: at('claims'),
    attestations: at('attestations'),
  }
}

/** ethers' messages speak of the data alone; the method says more to a person. */
function named(error: unknown, method: string): unknown {
  if (error instanceof Error) error.message = `${method}: ${error.message}`
  return error
}
