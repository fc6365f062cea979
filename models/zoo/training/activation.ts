// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: literals have defined bits, those of Math need only be near
const LN2 = 0.6931471805599453
const PER_LN2 = 1.4426950408889634
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: as above
/** 2^-64 .. 2^64 */
const POWERS = Float64Array.from({ length: 129 }, (_, i) => (i < 64 ? 1 / twoTo(64 - i) : twoTo(i - 64)))
/** 1 / n! */
const [C2, C3, C4, C5, C6, C7, C8, C9] = [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040, 1 / 40320, 1 / 362880] as const

function twoTo(exponent: number): number {
  let power = 1
  for (let n = 0; n < exponent; n++) power *= 2
  return power
}

/** e^x, relative error below 1e-10; an x beyond -44 or 44 counts as that. For inner loops, where `exponential` takes too long. */
export function quickExponential(x: number): number {
  const held = Math.max(-44, Math.min(x, 44))
  const power = Math.floor(held * PER_LN2 + 0.5)
  const rest = held - power * LN2
  const square = rest * rest
  // 1 + r + r^2/2! + ... + r^9/9!, in pairs so that the processor need not wait for each term
  const low = 1 + rest + square * (C2 + C3 * rest)
  const middle = C4 + C5 * rest + square * (C6 + C7 * rest)
  const fourth = square * square
  return POWERS[power + 64]! * (low + fourth * (middle + fourth * (C8 + C9 * rest)))
}

/** 1 / (1 + e^-x), absolute error below 1e-10; never 0 or 1. */
export const logistic = (x: number): number => 1 / (1 + quickExponential(-x))

/** Hyperbolic tangent, absolute error below 1e-10. */
export const hyperbolicTangent = (x: number): number => 2 * logistic(2 * x) - 1

/** The constants of Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1.26: erf(x) to within 1.5e-7 for x >= 0. */
const [P, A1, A2, A3, A4, A5] = [0.3275911, 0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429] as const
const ROOT_HALF = Math.sqrt(0.5)
const ROOT_TAU = 2.5066282746310002

/**
 * x times the share of a standard normal below x (Hendrycks and Gimpel, Gaussian Error Linear Units, 2016), absolute error below
 * 1e-7 |x|, in `values`; its slope in `slopes`.
 */
export function gelu(input: Float32Array, values: Float32Array, slopes: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const x = input[i]!
    // e^(-x^2 / 2) serves erf, which is 1 minus a polynomial times it, and the slope
    const bell = quickExponential((-x * x) / 2)
    const t = 1 / (1 + P * ROOT_HALF * Math.abs(x))
    const tail = 0.5 * t * (A1 + t * (A2 + t * (A3 + t * (A4 + t * A5)))) * bell
    const below = x < 0 ? tail : 1 - tail
    values[i] = x * below
    slopes[i] = below + (x * bell) / ROOT_TAU
  }
}
