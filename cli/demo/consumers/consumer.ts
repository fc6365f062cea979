import type { Contract, TransactionReceipt } from 'ethers'

/** Something that was promised: what the contracts' state says of it. */
export type Claim = { readonly claim: string; readonly holds: boolean; readonly found: string }

/** What is known of a question once it is over; output bytes. `lie` is the false answer, if there was one. */
export type Told = { readonly requestId: string; readonly truth: Uint8Array; readonly lie?: Uint8Array }

/**
 * Who asks.
 * @property kind      how it hears of the answer
 * @property name      of the contract, or of the account
 * @property contract  null for an account
 * @property address   as the oracle knows it
 * @property ask       sends the question
 * @property fetch     pulls the final answer, for `pull` alone: somebody brings the bytes
 * @property claims    what it must know in the end, asked from it
 */
export type Consumer = {
  readonly kind: 'callback' | 'optimistic callback' | 'pull'
  readonly name: string
  readonly contract: Contract | null
  readonly address: string
  readonly ask: (input: Uint8Array) => Promise<TransactionReceipt>
  readonly fetch?: (requestId: string, output: Uint8Array) => Promise<void>
  readonly claims: (told: Told) => Promise<readonly Claim[]>
}
