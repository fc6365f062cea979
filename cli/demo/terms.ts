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

/** What is offered for each answer, wei. */
export const FEE = parseEther('0.05')

/** What a question that no contract asks is asked with, but for the bond, which is the least. Seconds, wei. */
export const OWN_TERMS = { deadline: 86_400, liveness: 3_600, delayPrice: parseEther('0.05') } as const

/** What the digit reader's asker wants. Seconds, wei, gas. */
export const READER_TERMS = { deadline: 86_400, liveness: 3_600, bond: parseEther('1'), callbackGas: 200_000 } as const

/** What each operator stakes, wei. */
export const STAKE = parseEther('4')
