/** erf and erfc in binary64, which ECMAScript lacks: to measure by, not for models. */

const TERMS = 60

/** erf x = 2 / sqrt(pi) e^(-x^2) sum 2^n x^(2n+1) / (2n+1)!!, all terms of one sign (Abramowitz, Stegun, 7.1.6), for 0 <= x < 2.5. */
function series(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** erfc x = e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / ...))) (7.1.14), for x >= 2.5. */
function fraction(x: number): number {
  let denominator = x
  for (let n = TERMS; n > 0; n--) denominator = x + n / 2 / denominator
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / denominator
}

/** Relative error below 2^-48. */
export function erf(x: number): number {
  const magnitude = Math.abs(x)
  if (!(magnitude < 6)) return Math.sign(x)
  return Math.sign(x) * (magnitude < 2.5 ? series(magnitude) : 1 - fraction(magnitude))
}

/** Relative error below 2^-36: between 0 and 2.5 it is 1 - erf x, which is 0.0004 at least. */
export function erfc(x: number): number {
  if (x < 2.5) return 1 - erf(x)
  return x < 40 ? fraction(x) : Number.isNaN(x) ? x : 0
}
