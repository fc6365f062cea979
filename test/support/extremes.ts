import { ETHER } from './arena.ts'

const DAY = 86_400

/** All that governance can set, at the least and at the most that the code allows. */
export const EXTREMES = [
  {
    setRequestRules: { minLiveness: 60, maxLiveness: 7 * DAY, maxCallbackGas: 100_000, gasPrice: 1, minBond: 10n ** 12n },
    setGameRules: { clock: 600, extension: 60, gasPrice: 1, baseFeeMultiple: 1, marginBps: 10_000, minBond: 10n ** 12n },
    setVaultRules: {
      unbondingDelay: 0,
      airGap: 0,
      maxFreeze: 3600,
      exposureBps: 1000,
      claimWindow: 600,
      attestations: 0,
      attestationStake: 10n ** 12n,
    },
  },
  {
    setRequestRules: {
      minLiveness: 7 * DAY,
      maxLiveness: 90 * DAY,
      maxCallbackGas: 7_000_000,
      gasPrice: 10n ** 13n,
      minBond: 10_000n * ETHER,
    },
    setGameRules: {
      clock: 30 * DAY,
      extension: 30 * DAY,
      gasPrice: 10n ** 13n,
      baseFeeMultiple: 100,
      marginBps: 50_000,
      minBond: 10_000n * ETHER,
    },
    setVaultRules: {
      unbondingDelay: 30 * DAY,
      airGap: 7 * DAY,
      maxFreeze: 14 * DAY,
      exposureBps: 10_000,
      claimWindow: 30 * DAY,
      attestations: 16,
      attestationStake: 10_000n * ETHER,
    },
  },
] as const
