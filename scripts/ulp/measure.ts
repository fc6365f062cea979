/** The greatest error among some results, and the bits of the least argument (as an unsigned integer) at which it occurs. */
export type Worst = { readonly ulp: number; readonly bits: number }
/** `normal` and `subnormal` by the exact result; `inexact` counts results that are not the correctly rounded ones. */
export type Errors = { readonly normal: Worst; readonly subnormal: Worst; readonly inexact: number }

const LEAST_NORMAL = 2 ** -126
const LIMIT = 2 ** 128

const scratch = new DataView(new ArrayBuffer(8))

/** The spacing of binary32 numbers around a positive binary64 number; above the greatest binary32 number that below it. */
function spacing(exact: number): number {
  scratch.setFloat64(0, Math.min(Math.max(exact, LEAST_NORMAL), LIMIT / 2))
  return 2 ** (((scratch.getUint32(0) >>> 20) & 2047) - 1023 - 23)
}

/** Distance of a binary32 result from the exact one in units of the spacing there; infinity counts as 2^128, NaN as infinitely far. */
export function errorInUlp(got: number, exact: number): number {
  if (Number.isNaN(got) || Number.isNaN(exact)) return Number.isNaN(got) && Number.isNaN(exact) ? 0 : Number.POSITIVE_INFINITY
  const bounded = (value: number): number => Math.min(Math.max(value, -LIMIT), LIMIT)
  return Math.abs(bounded(got) - bounded(exact)) / spacing(Math.abs(exact))
}

/** Errors of `compute` for the arguments of bits `from` to `to - 1`. */
export function measure(compute: (x: number) => number, reference: (x: number) => number, from: number, to: number): Errors {
  const bits = new Uint32Array(1)
  const float = new Float32Array(bits.buffer)
  let normal: Worst = { ulp: 0, bits: from }
  let subnormal: Worst = { ulp: 0, bits: from }
  let inexact = 0
  for (let argument = from; argument < to; argument++) {
    bits[0] = argument
    const x = float[0]!
    const got = compute(x)
    const exact = reference(x)
    const rounded = Math.fround(exact)
    const small = Math.abs(exact) < LEAST_NORMAL
    if (got !== rounded && !(Number.isNaN(got) && Number.isNaN(rounded))) inexact += 1
    // a correctly rounded result is within half an ulp: of no interest once another one was not
    else if ((small ? subnormal : normal).ulp > 0.5) continue
    const ulp = errorInUlp(got, exact)
    if (small) {
      if (ulp > subnormal.ulp) subnormal = { ulp, bits: argument }
    } else if (ulp > normal.ulp) normal = { ulp, bits: argument }
  }
  return { normal, subnormal, inexact }
}

const greater = (a: Worst, b: Worst): Worst => (b.ulp > a.ulp || (b.ulp === a.ulp && b.bits < a.bits) ? b : a)

export const merge = (a: Errors, b: Errors): Errors => ({
  normal: greater(a.normal, b.normal),
  subnormal: greater(a.subnormal, b.subnormal),
  inexact: a.inexact + b.inexact,
})
