import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { Governance } from '@opine/abi/generated/Governance.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { KernelValidator } from '@opine/abi/generated/KernelValidator.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { Parameters } from '@opine/abi/generated/Parameters.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { Interface, isCallException, type Result } from 'ethers'

/** Why a call reverted: a custom error of the protocol with its values, `Error`, `Panic`, or `unknown` with the bytes that came back. */
export type Revert = { readonly name: string; readonly args: readonly string[]; readonly data: string | null }

type Fragment = { readonly type: string; readonly name?: string; readonly inputs?: readonly { readonly type: string }[] }

const contracts = [
  Attestations,
  DisputeGame,
  Governance,
  InferenceOracle,
  KernelValidator,
  ModelRegistry,
  OperatorRegistry,
  Parameters,
  RewardClaims,
  StepVerifier,
]

/** All custom errors of the protocol: one contract passes the errors of another on. */
const errors = new Interface([
  ...new Map(
    contracts
      .flatMap(({ abi }): readonly Fragment[] => abi)
      .filter(({ type }) => type === 'error')
      .map((fragment) => [`${fragment.name}(${fragment.inputs?.map(({ type }) => type)})`, fragment]),
  ).values(),
] as never)

/** The revert behind an error of ethers; undefined if the call failed for another reason than a revert. */
export function revertOf(error: unknown): Revert | undefined {
  if (!isCallException(error)) return undefined
  return decodeRevert(error.data)
}

export function decodeRevert(data: string | null): Revert {
  // Fewer than four bytes name no error.
  const parsed = data && data.length >= 10 ? errors.parseError(data) : null
  return parsed ? { name: parsed.name, args: texts(parsed.args), data } : { name: 'unknown', args: [], data }
}

/** `Name(value, value)`. */
export const formatRevert = ({ name, args, data }: Revert): string =>
  name === 'unknown' ? `unknown revert ${data ?? ''}`.trim() : `${name}(${args.join(', ')})`

const texts = (args: Result): string[] => args.toArray().map((value: unknown) => String(value))
