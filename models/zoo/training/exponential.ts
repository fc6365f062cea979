/**
 * exp and log out of plain arithmetic. ECMAScript leaves the bits of Math.exp and Math.log to each engine; those of
 * + - * / are fixed (IEEE 754 binary64), so training gives the same weights everywhere. Training alone uses these:
 * a program's exp is defined in models/numerics.
 */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: a literal has defined bits, Math.LN2 need only be near
const LN2 = 0.6931471805599453

/** e^x for -700 <= x <= 700, relative error below 1e-14. */
export function exponential(x: number): number {
  const power = Math.floor(x / LN2 + 0.5)
  const rest = x - power * LN2
  let sum = 1
  for (let n = 14; n > 0; n--) sum = 1 + (rest * sum) / n
  const factor = power < 0 ? 0.5 : 2
  for (let n = Math.abs(power); n > 0; n--) sum *= factor
  return sum
}

/** ln x for 1e-300 <= x <= 1e300, absolute error below 1e-13. */
export function logarithm(x: number): number {
  let power = 0
  let rest = x
  for (; rest > 1.5; rest /= 2) power += 1
  for (; rest < 0.75; rest *= 2) power -= 1
  // ln r = 2 artanh((r - 1) / (r + 1)); the quotient is at most 1/5
  const quotient = (rest - 1) / (rest + 1)
  const square = quotient * quotient
  let sum = 0
  for (let n = 25; n > 0; n -= 2) sum = 1 / n + square * sum
  return power * LN2 + 2 * quotient * sum
}
