import { PHASES, type Phase } from '@opine/dispute-game/game/types.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { AbiCoder, keccak256 } from 'ethers'

const coder = AbiCoder.defaultAbiCoder()
const hashOf = (types: readonly string[], values: readonly unknown[]): Hex => keccak256(coder.encode(types, values)) as Hex

/** Id of an assertion, SPEC section 6. */
export const assertionIdOf = (requestId: Hex, asserter: string, traceRoot: Hex, output: Hex): Hex =>
  hashOf(['bytes32', 'address', 'bytes32', 'bytes32'], [requestId, asserter, traceRoot, keccak256(output)])

/** Id of a game, SPEC section 6. */
export const gameIdOf = (assertionId: Hex, challenger: string, root: Hex): Hex =>
  hashOf(['bytes32', 'address', 'bytes32'], [assertionId, challenger, root])

/**
 * Key of a place at which something is revealed or sworn: twin of `_place` in contracts/dispute/GameStore.sol.
 * @param kernel  0 in the trace tree; the segment's first kernel for an interior list
 * @param at      position in a tree; 0 for an interior list; the element for running totals
 */
export const placeOf = (assertionId: Hex, phase: Phase, kernel: number, at: number): Hex =>
  hashOf(['bytes32', 'uint256', 'uint256', 'uint256'], [assertionId, PHASES.indexOf(phase), kernel, at])

/** Id of a model, SPEC section 6. */
export const modelIdOf = (chainId: number, registry: string, creator: string, programRoot: Hex): bigint =>
  BigInt(hashOf(['uint256', 'address', 'address', 'bytes32'], [chainId, registry, creator, programRoot]))

/** Id of a model's version, SPEC section 6. */
export const versionIdOf = (chainId: number, registry: string, modelId: bigint, programRoot: Hex): Hex =>
  hashOf(['uint256', 'address', 'uint256', 'bytes32'], [chainId, registry, modelId, programRoot])
