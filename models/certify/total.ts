import type { ScalarType } from '../ir/types.ts'
import type { Fault } from './fault.ts'
import { tooWide, unusable } from './linear.ts'
import type { Value } from './value.ts'

/** A term of a sum. @property wrong  why it cannot be summed exactly, or at all */
export type Addend = { readonly term: Value; readonly wrong: Fault | null }

export const addendOf = (term: Value, type: ScalarType): Addend => ({
  term,
  wrong: term.fault ?? (type === 'f32' ? (unusable(term) ?? tooWide(term)) : null),
})

/** Terms of a sum, which are gathered exactly, one after the other, and judged together at the end. */
export class Total {
  #first: Value | null = null
  #least = 0
  #greatest = 0
  #exponent = 0
  #positive = 0
  #negative = 0
  #odd = 0
  #low = 0
  #high = 0
  #largest = 0
  #finest = 0
  #products = 0
  fault: Fault | null = null

  add({ term, wrong }: Addend): void {
    this.fault ??= wrong
    if (!this.#first) {
      this.#first = term
      this.#least = term.least
      this.#greatest = term.greatest
      this.#exponent = term.exponent
      this.#positive = term.positive
      this.#negative = term.negative
      this.#odd = term.odd
      this.#low = term.low
      this.#high = term.high
      this.#largest = term.largest
      this.#finest = term.finest
      this.#products = term.products
      return
    }
    this.#least += term.least
    this.#greatest += term.greatest
    this.#exponent = Math.min(this.#exponent, term.exponent)
    this.#positive += term.positive
    this.#negative += term.negative
    this.#odd = Math.max(this.#odd, term.odd)
    this.#low = Math.min(this.#low, term.low)
    this.#high = Math.max(this.#high, term.high)
    // Of a sum, all terms' together.
    this.#largest += term.largest
    this.#finest = Math.min(this.#finest, term.finest)
    this.#products |= term.products
  }

  /** Of all that was added, at least one term. */
  value(): Value {
    return {
      least: this.#least,
      greatest: this.#greatest,
      exponent: this.#exponent,
      positive: this.#positive,
      negative: this.#negative,
      literal: this.#first!.literal,
      odd: this.#odd,
      low: this.#low,
      high: this.#high,
      largest: this.#largest,
      finest: this.#finest,
      products: this.#products,
      minusZero: false,
      nan: this.#first!.nan,
      open: true,
      source: -1,
      fault: this.fault,
    }
  }
}
