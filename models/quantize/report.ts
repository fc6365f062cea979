import type { Quality } from './network/evaluate-model.ts'
import type { ProviderClass } from './options.ts'

/**
 * A tensor that was requantised.
 * @property kind        what is calculated: `input`, `embedding`, `lookup`, or the terms of a sum: `conv`, `matmul`, `pair mul`, `pair matmul`, `mean`,
 *   `sum`
 * @property weightBits  bits of the widest weight in the median row, sign included; null without weights
 * @property shift       least and greatest shift of a row; null without weights
 * @property bound       greatest magnitude of a partial sum over 2^24
 * @property weightSqnr  decibels of the weights over what rounding them changed; null without weights
 * @property parts       into how many sums it was split
 */
export type Layer = {
  readonly name: string
  readonly kind: string
  readonly weightBits: number | null
  readonly shift: readonly [number, number] | null
  readonly bound: number
  readonly weightSqnr: number | null
  readonly parts: number
}

/** A node that stays in float. */
export type Left = { readonly node: string; readonly operator: string; readonly reason: string }

/**
 * What became of a model.
 * @property sqnr      of each layer, decibels of the float tensor over the difference; null where it is an output, or nothing was evaluated
 * @property heldOut   whether calibration had not seen the examples of `quality`
 */
export type QuantizeReport = {
  readonly providers: ProviderClass
  readonly bytes: { readonly float: number; readonly quantized: number }
  readonly calibration: number
  readonly layers: readonly (Layer & { readonly sqnr: number | null })[]
  readonly left: readonly Left[]
  readonly quality: { readonly examples: number; readonly heldOut: boolean; readonly outputs: Quality['outputs'] } | null
}
