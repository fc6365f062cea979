/**
 * What a deployment is made with; seconds, wei, basis points. What is left out has the default that is named.
 * @property clock       for each side of a game in all
 * @property extension   that a turn has at least
 * @property gameBond    least challenger bond
 * @property minBond     least assertion bond of a request
 * @property claimWindow in which rewards are claimed
 * @property sequencerFeed uptime feed of the rollup's sequencer; none
 * @property levels      of a tree that one reveal spans, 1 to 6; `LEVELS`
 * @property governor    who changes parameters, behind the timelock; the deployer
 * @property guardian    who can freeze a withdrawal; the governor
 * @property timelock    between scheduling and executing a change; 2 days
 * @property minLiveness of a request; 60
 * @property maxLiveness of a request; 30 days
 * @property maxCallbackGas of a request; 5 million
 * @property gasPrice    governed price of gas; 1 gwei
 * @property baseFeeMultiple bonds price gas at this multiple of the base fee or more; 2
 * @property marginBps   the challenger's bond over the defender's gas; 12500
 * @property unbondingDelay of stake; 0
 * @property airGap      of payouts; 0
 * @property maxFreeze   of withdrawals; 7 days
 * @property exposureBps most of a stake that may be locked; 10000
 * @property attestations that make a version active; 0
 * @property attestationStake that each of them locks; `minBond`
 */
export type ProtocolTerms = {
  readonly clock: number
  readonly extension: number
  readonly gameBond: bigint
  readonly minBond: bigint
  readonly claimWindow: number
  readonly levels?: number
  readonly sequencerFeed?: string
  readonly governor?: string
  readonly guardian?: string
  readonly timelock?: number
  readonly minLiveness?: number
  readonly maxLiveness?: number
  readonly maxCallbackGas?: number
  readonly gasPrice?: bigint
  readonly baseFeeMultiple?: number
  readonly marginBps?: number
  readonly unbondingDelay?: number
  readonly airGap?: number
  readonly maxFreeze?: number
  readonly exposureBps?: number
  readonly attestations?: number
  readonly attestationStake?: bigint
}

/** The rules that a deployment's `Parameters` begin with, as its setters take them; the contract refuses what is out of its ranges. */
export type Rules = ReturnType<typeof rulesOf>

const DAY = 86_400
const GWEI = 10n ** 9n

export function rulesOf(terms: ProtocolTerms) {
  const { clock, extension, gameBond, minBond, claimWindow, gasPrice = GWEI } = terms
  return {
    request: {
      minLiveness: terms.minLiveness ?? 60,
      maxLiveness: terms.maxLiveness ?? 30 * DAY,
      maxCallbackGas: terms.maxCallbackGas ?? 5_000_000,
      gasPrice,
      minBond,
    },
    game: {
      clock,
      extension,
      gasPrice,
      baseFeeMultiple: terms.baseFeeMultiple ?? 2,
      marginBps: terms.marginBps ?? 12_500,
      minBond: gameBond,
    },
    vault: {
      unbondingDelay: terms.unbondingDelay ?? 0,
      airGap: terms.airGap ?? 0,
      maxFreeze: terms.maxFreeze ?? 7 * DAY,
      exposureBps: terms.exposureBps ?? 10_000,
      claimWindow,
      attestations: terms.attestations ?? 0,
      attestationStake: terms.attestationStake ?? minBond,
    },
  }
}

/** Who governs: the governor, the guardian, and the timelock in seconds. */
export function governanceOf(
  { governor, guardian, timelock = 2 * DAY }: ProtocolTerms,
  deployer: string,
): readonly [string, string, number] {
  return [governor ?? deployer, guardian ?? governor ?? deployer, timelock]
}
