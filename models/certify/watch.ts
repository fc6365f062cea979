import { hundredths, oddPart, power } from './binary.ts'
import { EXACT, GREATEST, OPERANDS, PROVIDER_CLASSES, type ProviderClass } from './classes.ts'
import { type Fault, fault } from './fault.ts'
import { isConstant, mass, units, type Value } from './value.ts'

/** Whether products are of floats, or of integers that an executor may or may not turn into floats. */
export type Arithmetic = 'f32' | 'i32'

/** What all evaluations of one kernel together found: the widest sum, the widest operand, the provider classes that are left. */
export class Watch {
  classes: readonly ProviderClass[] = PROVIDER_CLASSES
  asFloat: readonly ProviderClass[] = PROVIDER_CLASSES
  /** In units of `2^unit`. */
  bound = 0
  unit: number | null = null
  /** Of an operand, in its own units. */
  operands = 0
  /** The extremes of all operands until now. */
  readonly #met = { f32: nothingMet(), i32: nothingMet() }

  /** A sum or a product of more than one bit. @returns the fault if a float may be rounded; integers are exact */
  sum(value: Value, arithmetic: Arithmetic): Fault | null {
    const size = units(value)
    if (arithmetic === 'i32' && size > EXACT) {
      this.integersOnly()
      return null
    }
    if (size > this.bound || this.unit === null) {
      this.bound = size
      this.unit = value.exponent
    }
    if (size > EXACT) return fault('BOUND', size, excessOf(size, EXACT))
    return mass(value) > GREATEST ? fault('OVERFLOW', mass(value)) : null
  }

  /** An operand of a product. */
  operand(value: Value, arithmetic: Arithmetic): void {
    const one = isConstant(value) ? Math.abs(value.least) : null
    const width = one === null ? units(value) : oddPart(one)
    this.operands = Math.max(this.operands, width)
    const least = one === null ? power(value.finest) : one || Number.POSITIVE_INFINITY
    this.#keep(arithmetic, width, least, value.largest)
  }

  /** A factor of 0, of which only the magnitude counts. */
  reaches(value: Value, arithmetic: Arithmetic): void {
    this.#keep(arithmetic, 0, Number.POSITIVE_INFINITY, value.largest)
  }

  /** What a region's terms are multiplied by once its scales are folded into its weights. */
  factor({ odd, low, high }: Value, arithmetic: Arithmetic): void {
    this.#keep(arithmetic, odd, low, high)
  }

  /** No class does these integers as floats. */
  integersOnly(): void {
    this.asFloat = []
  }

  #keep(arithmetic: Arithmetic, width: number, least: number, greatest: number): void {
    const met = this.#met[arithmetic]
    // Each class bounds each of these by itself, so that what lies within what was met leaves all as it is.
    if (width <= met.width && least >= met.least && greatest <= met.greatest) return
    met.width = Math.max(width, met.width)
    met.least = Math.min(least, met.least)
    met.greatest = Math.max(greatest, met.greatest)
    const takes = (name: ProviderClass): boolean => {
      const operands = OPERANDS[name]
      return width <= operands.width && least >= power(operands.exponent) && greatest <= operands.greatest
    }
    if (arithmetic === 'f32' && !this.classes.every(takes)) this.classes = this.classes.filter(takes)
    if (!this.asFloat.every(takes)) this.asFloat = this.asFloat.filter(takes)
  }
}

const nothingMet = (): { width: number; least: number; greatest: number } => ({ width: -1, least: Infinity, greatest: -Infinity })

/** By how many bits a size exceeds its limit, in hundredths rounded up; null of an infinite one. */
export const excessOf = (size: number, limit: number): number | null => (size < Infinity ? hundredths(size / limit) + 1 : null)
