import { EXACT, OPERANDS, type ProviderClass } from '../certify/classes.ts'

/** Sums of integers up to here are exact in binary32 in every order. */
export const SUM_LIMIT = EXACT

/**
 * @property providers    class that the model is exact for; one with narrower operands covers those with wider ones
 * @property weightsBits  most bits of a weight, its sign included; what class and bound allow if not given
 * @property expose       whether the integers of every layer become outputs too, after the model's own
 */
export type QuantizeOptions = { readonly providers: ProviderClass; readonly weightsBits?: number; readonly expose?: boolean }

/** Shifts beyond which a weight comes near what binary32 has without subnormals. */
const MOST_SHIFT = 60

/** @property weight  the greatest magnitude in units; `shift` the most that the unit is below 1, as a power of two */
export type Limit = { readonly weight: number; readonly shift: number }

export function limitOf({ providers, weightsBits }: QuantizeOptions): Limit {
  const own = weightsBits === undefined ? SUM_LIMIT : (1 << (weightsBits - 1)) - 1
  const { width, exponent } = OPERANDS[providers]
  return { weight: Math.min(own, width), shift: Math.min(MOST_SHIFT, -exponent) }
}

export type { ProviderClass }
