import type { AbstractProvider } from 'ethers'
import { nodeMessage } from './transaction.ts'

/**
 * What a node made of a transaction's bytes.
 * `TAKEN`: it has them. `UNANSWERED`: it may have them. `NONCE_USED`: another transaction has the nonce. `NONCE_HIGH`: it takes none out of
 * order. `UNDERPRICED`: it wants more for gas. `POOR`: the account cannot pay. `REFUSED`: it will not have them.
 */
export type Reception = {
  readonly outcome: 'TAKEN' | 'UNANSWERED' | 'NONCE_USED' | 'NONCE_HIGH' | 'UNDERPRICED' | 'POOR' | 'REFUSED'
  readonly message: string
}

/** Nodes name no common codes: geth, reth, nethermind, besu, erigon, anvil and hardhat say it in words of their own. */
const WORDS: readonly (readonly [RegExp, Reception['outcome']])[] = [
  [/already known|known transaction|already imported|already in (the )?pool|AlreadyKnown/i, 'TAKEN'],
  [/replacement (transaction|fee)|same nonce|ReplacementNotAllowed|gas price too low to replace/i, 'NONCE_USED'],
  [/nonce too high|nonce is too (high|distant)|NonceGap/i, 'NONCE_HIGH'],
  [/nonce (is )?too low|nonce has already|OldNonce|already been used/i, 'NONCE_USED'],
  [/insufficient (funds|balance|sender)|enough funds|overshot|InsufficientFunds|upfront cost/i, 'POOR'],
  [
    /underpriced|max fee per gas less than|maxFeePerGas.*(less|too low|below)|fee ?cap .*(less|too low)|FeeTooLow|fee too low/i,
    'UNDERPRICED',
  ],
]
const CODES: Readonly<Record<string, Reception['outcome']>> = {
  NONCE_EXPIRED: 'NONCE_USED',
  REPLACEMENT_UNDERPRICED: 'NONCE_USED',
  INSUFFICIENT_FUNDS: 'POOR',
}

/** Offers signed bytes to the node. @throws what is neither a node's word nor a lost connection */
export async function offer(provider: AbstractProvider, raw: string): Promise<Reception> {
  try {
    // `broadcastTransaction` would recover the sender from the signature, and ask for the latest block besides.
    await provider._perform({ method: 'broadcastTransaction', signedTransaction: raw })
    return { outcome: 'TAKEN', message: '' }
  } catch (error) {
    const { code = '' } = error as { code?: string }
    const message = nodeMessage(error)
    if (code.startsWith('NODE_')) return { outcome: 'UNANSWERED', message }
    const words = WORDS.find(([pattern]) => pattern.test(message))
    return { outcome: words?.[1] ?? CODES[code] ?? 'REFUSED', message }
  }
}
