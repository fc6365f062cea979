import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { parseEther } from 'ethers'

/** Terms for a demonstration: short enough that the chain's clock need not be moved far, long enough that nobody loses by a slow machine. */
export const PROTOCOL: ProtocolTerms = {
  clock: 7_200,
  extension: 1_200,
  gameBond: parseEther('0.2'),
  minBond: parseEther('0.5'),
  claimWindow: 3_600,
}

/** What the consumer offers and asks for. Seconds, wei, gas. */
export const REQUEST = {
  deadline: 86_400,
  liveness: 3_600,
  bond: parseEther('1'),
  callbackGas: 200_000,
  fee: parseEther('0.05'),
} as const

/** What each operator stakes, wei. */
export const STAKE = parseEther('2')
