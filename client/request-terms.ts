/**
 * What a requester chooses; twin of `RequestTerms` in contracts/types/Inference.sol.
 * @property deadline      last unix second at which an assertion is taken
 * @property liveness      seconds for which an assertion can be disputed
 * @property bond          wei that each asserter locks
 * @property fee           wei for the operators
 * @property delayPrice    wei of a challenger's bond that the requester gets if the challenge is lost
 * @property callbackGas   gas for each call of the consumer, 0 for none
 * @property redundancy    different asserters that have to agree, 1 to 8
 * @property optimistic    whether the consumer hears of the first answer before it is final
 * @property allowInactive whether a version without attestations will do
 */
export type RequestTerms = {
  readonly deadline: number
  readonly liveness: number
  readonly bond: bigint
  readonly fee: bigint
  readonly delayPrice: bigint
  readonly callbackGas: number
  readonly redundancy: number
  readonly optimistic: boolean
  readonly allowInactive: boolean
}

const DEFAULTS = {
  liveness: 3_600,
  fee: 0n,
  delayPrice: 0n,
  callbackGas: 0,
  redundancy: 1,
  optimistic: false,
  allowInactive: false,
} as const

/** The given terms, completed: one asserter, an hour of liveness, no fee, no callback. */
export const requestTerms = (terms: Pick<RequestTerms, 'deadline' | 'bond'> & Partial<RequestTerms>): RequestTerms => ({
  ...DEFAULTS,
  ...terms,
})
