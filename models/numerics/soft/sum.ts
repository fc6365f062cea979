/**
 * A sum of products in integers, each product and each sum rounded: contracts/libraries/Float32Sum.sol step by step. The same numbers as
 * `total = add(total, mul(a, b))` from a total of +0; the total stays unpacked.
 *
 * A total is `m * 2^(e - 150)`, `m` signed, of at most 24 bits (or 2^24), `e` in 1 .. 254; it is never -0. Its sum with a product is taken
 * exactly, in units of the lesser exponent, which takes up to 226 bits.
 */
import { mul } from './arithmetic.ts'
import { exponentField, exponentOf, INFINITY, MAGNITUDE, NAN, pack, roundOff, SIGN, shiftLeft, significandOf, widthOf } from './bits.ts'

/** Beyond this distance of the exponents one of the two is nothing beside the other. */
const FAR = 200
const TOP = 0x1000000

type Total = { readonly m: number; readonly e: number }

/**
 * @param pairs  bits of the factors: a, b, a, b, ...
 * @returns      bits of the sum of the products `first .. first + count - 1`
 */
export function sumOfProducts(pairs: Uint32Array, first: number, count: number): number {
  let total: Total = { m: 0, e: 1 }
  let special: number | null = null
  for (let index = 2 * first; index < 2 * (first + count); index += 2) {
    const [a, b] = [pairs[index]!, pairs[index + 1]!]
    if (special !== null) {
      const product = mul(a, b)
      // no further term makes an infinity or NaN finite
      special = (product & MAGNITUDE) < INFINITY || product === special ? special : NAN
      continue
    }
    const product = productOf(a, b)
    if (product === null) special = mul(a, b)
    else {
      total = plus(total, product)
      if (isInfinite(total)) special = bitsOf(total)
    }
  }
  return special ?? bitsOf(total)
}

const isInfinite = ({ m, e }: Total): boolean => e + (Math.abs(m) === TOP ? 1 : 0) > 254

function bitsOf({ m, e }: Total): number {
  if (m === 0) return 0
  return m > 0 ? pack(0, e, m) : pack(SIGN, e, -m)
}

/** The product, rounded to 24 bits, or fewer so that its exponent is at least 1; null if it is not finite. */
function productOf(a: number, b: number): Total | null {
  if (exponentField(a) === 255 || exponentField(b) === 255) return null
  // exact * 2^(e - 300)
  const exact = significandOf(a) * significandOf(b)
  if (exact === 0) return { m: 0, e: 1 }
  const e = exponentOf(a) + exponentOf(b)
  const width = widthOf(exact)
  const cut = Math.max(width - 24, 151 - e)
  const m = cut > width ? 0 : cut > 0 ? roundOff(exact, cut) : shiftLeft(exact, -cut)
  const product = { m: ((a ^ b) & SIGN) === 0 ? m : -m, e: e + cut - 150 }
  return isInfinite(product) ? null : product
}

function plus(total: Total, product: Total): Total {
  if (product.m === 0) return total
  const distance = total.e - product.e
  if (total.m === 0 || distance < -FAR) return product
  if (distance > FAR) return total
  const e = Math.min(total.e, product.e)
  const exact = (BigInt(total.m) << BigInt(total.e - e)) + (BigInt(product.m) << BigInt(product.e - e))
  return rounded(exact, e)
}

/** To 24 bits, ties to even, in two's complement: nothing is cut off below 2^-149. */
function rounded(exact: bigint, e: number): Total {
  const cut = bitsBeyondSign(exact) - 24
  if (cut <= 0) return { m: Number(exact), e }
  const shift = BigInt(cut)
  const odd = (exact >> shift) & 1n
  return { m: Number((exact + (1n << (shift - 1n)) - 1n + odd) >> shift), e: e + cut }
}

/** Length in bits of a number of either sign, as two's complement has it without the sign: 24 for 2^24 - 1 and for -2^24. */
function bitsBeyondSign(exact: bigint): number {
  let rest = exact < 0n ? ~exact : exact
  let bits = 0
  for (; rest >= 0x10000000000000n; rest >>= 48n) bits += 48
  return bits + widthOf(Number(rest))
}
