import { exponentAbove, powerOfTwo } from '../binary.ts'
import type { Histogram } from './histogram.ts'

/** Shares of the calibrated maximum that are tried as the greatest value; beyond it, values are cut. */
const SHARES = [1, 0.9, 0.8, 0.7]

/** Room above what calibration saw. */
export const MARGIN = 1.1

export type Range = { readonly low: number; readonly high: number }

/** Whether no element within the clip is negative. */
export function isUnsigned(histogram: Histogram, clip: Range): boolean {
  return clip.low >= 0 || histogram.low.every((low) => low >= 0)
}

/**
 * The step of each channel with the least squared error over what calibration saw: rounding against cutting.
 * @param levels  the greatest integer
 */
export function chooseSteps(histogram: Histogram, clip: Range, levels: number): Float64Array {
  return Float64Array.from({ length: histogram.channels }, (_, channel) => {
    const greatest = histogram.greatest(channel, clip.low, clip.high)
    // A channel that is always zero: any step does.
    if (greatest === 0) return 0
    let best = { step: 0, error: Number.POSITIVE_INFINITY }
    for (const share of SHARES) {
      const step = (greatest * share) / levels
      const error = histogram.error(channel, step, levels)
      if (error < best.error) best = { step, error }
    }
    return best.step * (clip.high === greatest ? 1 : MARGIN)
  })
}

/** Channels that were zero take the greatest step of the others, or 1. */
export function filled(steps: Float64Array): Float64Array {
  const greatest = steps.reduce((most, step) => Math.max(most, step), 0) || 1
  return steps.map((step) => (step === 0 ? greatest : step))
}

/** One step for all channels: that of the widest. */
export const widest = (steps: Float64Array): number => steps.reduce((most, step) => Math.max(most, step), 0) || 1

/** The power of two with the least squared error, for each channel. */
export function chooseBinarySteps(histogram: Histogram, clip: Range, levels: number): Float64Array {
  return Float64Array.from({ length: histogram.channels }, (_, channel) => {
    const greatest = histogram.greatest(channel, clip.low, clip.high)
    if (greatest === 0) return 0
    const above = powerOfTwo(exponentAbove(greatest / levels))
    const half = above / 2
    // Cutting what is known to come is worth it only where it is rare: pictures have their extremes often, and multiples of a power of two stay exact.
    return histogram.error(channel, half, levels) < histogram.error(channel, above, levels) / 2 ? half : above
  })
}
