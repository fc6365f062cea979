import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { LiveClock } from '@opine/abi/generated/LiveClock.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { type ContractRunner, Interface, type Result, ZeroAddress } from 'ethers'
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

export type Contracts = { readonly [name in Name]: Contract } & {
  /** Seconds since a block time in which the rollup's sequencer was down, which no clock and no liveness counts; 0 on other chains. */
  readonly pausedSince: (time: number) => Promise<number>
}

/** Later than any block. An outage that lasts reaches as far: nothing runs out while nobody can move. */
const LATER = 2 ** 40
const LIVE_CLOCK = new Interface(LiveClock.abi as never)

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
  const contract = (name: string, address: string, abi: Interface): Contract => {
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
  const at = (name: Name): Contract => contract(name, deployment[name], ABIS[name])
  const oracle = at('oracle')
  let clock: Contract | null | undefined
  const pausedSince = async (time: number): Promise<number> => {
    if (clock === undefined) {
      const [address] = (await oracle.read('LIVE_CLOCK')) as unknown as [string]
      clock = address === ZeroAddress ? null : contract('liveClock', address, LIVE_CLOCK)
    }
    if (clock === null) return 0
    const [elapsed] = (await clock.read('elapsed', time, LATER)) as unknown as [bigint]
    return LATER - time - Number(elapsed)
  }
  return {
    pausedSince,
    models: at('models'),
    operators: at('operators'),
    oracle,
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
