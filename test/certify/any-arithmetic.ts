/**
 * Arithmetic as any correct implementation may have it: sums in any order, split any way, fused or not, scales folded into weights, zeros of
 * either sign, operands of products rounded to what a class of providers takes.
 */
import { OPERANDS, type ProviderClass } from '@opine/models/certify/classes.ts'
import type { Random } from '@opine/models/ir/random.ts'

/** A product: of constants, and of numbers that depend on the input. @property folded  whether it is a term of a fold */
export type Term = { readonly weights: readonly number[]; readonly atoms: readonly number[]; readonly folded: boolean }
/** What a linear region is made of: a sum that nobody has calculated yet. */
export type Sum = readonly Term[]

export const constantSum = (value: number): Sum => [{ weights: [value], atoms: [], folded: false }]
export const atomSum = (value: number): Sum => [{ weights: [], atoms: [value], folded: false }]

/** Longer sums are calculated before they are multiplied out. */
const MAX_TERMS = 400
const LEAST = 2 ** -126

/** To binary32, subnormals flushed to zero. */
function float(value: number): number {
  const rounded = Math.fround(value)
  return Math.abs(rounded) < LEAST ? 0 : rounded
}

const isPower = (value: number): boolean => {
  const size = Math.abs(value)
  return size > 0 && size < Infinity && 2 ** Math.round(Math.log2(size)) === size
}

/** To so many significant bits, ties to even. */
function toBits(value: number, bits: number): number {
  const spread = value * (2 ** (53 - bits) + 1)
  return spread - (spread - value)
}

export class AnyArithmetic {
  readonly #random: Random
  readonly #provider: ProviderClass

  constructor(random: Random, provider: ProviderClass) {
    this.#random = random
    this.#provider = provider
  }

  /** Whether something that a runtime may or may not do is done. */
  may(): boolean {
    return this.#random.chance(0.5)
  }

  add(a: Sum, b: Sum): Sum {
    return this.#short([...a, ...b])
  }

  negate(a: Sum): Sum {
    return a.map((term) => ({ ...term, weights: [...term.weights, -1] }))
  }

  /** Multiplied out, or of sums that are calculated first. */
  multiply(a: Sum, b: Sum, folded: boolean): Sum {
    const [x, y] = [this.#random.chance(0.3) ? this.settled(a) : a, this.#random.chance(0.3) ? this.settled(b) : b]
    if (x.length * y.length > MAX_TERMS) return this.multiply(this.settled(a), this.settled(b), folded)
    return x.flatMap((p) =>
      y.map((q) => ({ weights: [...p.weights, ...q.weights], atoms: [...p.atoms, ...q.atoms], folded: folded || p.folded || q.folded })),
    )
  }

  /** As a term of a fold. @param multiplied  whether it is a product; else a runtime may make one with 1 */
  fold(a: Sum, multiplied: boolean): Sum {
    const term = this.#random.chance(0.3) ? this.settled(a) : a
    return multiplied ? term : term.map((each) => ({ ...each, folded: true }))
  }

  /** Calculated, if it is no constant. */
  settled(a: Sum): Sum {
    const value = this.settle(a)
    return a.every(({ atoms }) => atoms.length === 0) ? constantSum(value) : atomSum(value)
  }

  /** The number, in one of the ways in which it can be calculated. */
  settle(a: Sum): number {
    const value =
      a.length === 1 && this.#isPlain(a[0]!) ? (a[0]!.atoms[0] ?? a[0]!.weights[0]!) : this.#total(a.map((term) => this.#factors(term)))
    return value === 0 ? (this.may() ? 0 : -0) : value
  }

  #isPlain({ weights, atoms }: Term): boolean {
    return weights.length + atoms.length === 1
  }

  #short(sum: Sum): Sum {
    return sum.length > MAX_TERMS || this.#random.chance(0.1) ? this.settled(sum) : sum
  }

  #product(factors: readonly number[]): number {
    return this.#shuffled(factors).reduce((total, factor) => float(total * factor), 1)
  }

  /** Two numbers whose product is the term: a multiplier's operands. */
  #factors({ weights, atoms, folded }: Term): readonly [number, number] {
    const narrow = folded || weights.some((weight) => weight !== 0 && !isPower(weight))
    const round = (value: number): number => (narrow && this.#random.chance(0.9) ? this.#operand(value) : value)
    if (atoms.length === 0) return [this.#product(weights), 1]
    if (atoms.length === 1) {
      // The first weights belong to the fold; later scales are folded into them, or applied to the product.
      const cut = weights.length > 1 && this.may() ? this.#random.between(1, weights.length) : weights.length
      const [inner, outer] = [this.#product(weights.slice(0, cut)), this.#product(weights.slice(cut))]
      const [x, w] = [round(atoms[0]!), round(inner)]
      return cut === weights.length ? [x, w] : [float(x * w), outer]
    }
    const product = atoms.slice(1).reduce((total, atom) => float(round(total) * round(atom)), atoms[0]!)
    return [product, this.#product(weights)]
  }

  /** As multipliers of the class may take it. */
  #operand(value: number): number {
    const { width, exponent, greatest } = OPERANDS[this.#provider]
    if (value === 0 || !Number.isFinite(value)) return value
    const rounded = toBits(value, Math.log2(width))
    if (Math.abs(rounded) < 2 ** exponent) return 0
    return Math.abs(rounded) > greatest ? Math.sign(rounded) * Infinity : rounded
  }

  #total(pairs: readonly (readonly [number, number])[]): number {
    const size = (pair: readonly [number, number]): number => pair[0] * pair[1]
    switch (this.#random.below(6)) {
      case 0:
        return this.#chain([...pairs].sort((a, b) => size(b) - size(a)))
      case 1:
        return this.#chain([...pairs].sort((a, b) => size(a) - size(b)))
      case 2:
        return this.#chain([...pairs].sort((a, b) => Math.abs(size(b)) - Math.abs(size(a))))
      case 3:
        return float(pairs.reduce((total, pair) => total + size(pair), 0))
      case 4:
        return this.#lanes(this.#shuffled(pairs), this.#random.between(2, 5))
      default:
        return this.#tree(this.#shuffled(pairs))
    }
  }

  /** One after the other, each fused or rounded twice. */
  #chain(pairs: readonly (readonly [number, number])[]): number {
    const fused = this.may()
    let total = 0
    for (const [a, b] of pairs) total = float(total + (fused ? a * b : float(a * b)))
    return total
  }

  #lanes(pairs: readonly (readonly [number, number])[], count: number): number {
    const lanes = Array.from({ length: count }, (_, lane) => this.#chain(pairs.filter((_pair, index) => index % count === lane)))
    return lanes.reduce((total, lane) => float(total + lane))
  }

  #tree(pairs: readonly (readonly [number, number])[]): number {
    if (pairs.length < 3) return this.#chain(pairs)
    const cut = this.#random.between(1, pairs.length - 1)
    return float(this.#tree(pairs.slice(0, cut)) + this.#tree(pairs.slice(cut)))
  }

  #shuffled<T>(items: readonly T[]): T[] {
    const left = [...items]
    return items.map(() => left.splice(this.#random.below(left.length), 1)[0]!)
  }
}
