import { OpineError } from '@opine/dispute-game/errors.ts'
import { EXACT, OPERANDS, type ProviderClass } from '../certify/classes.ts'
import { exponentOf } from './binary.ts'

/** Sums of integers up to here are exact in binary32 in every order. */
export const SUM_LIMIT = EXACT

/**
 * @property providers    class that the model is exact for; one with narrower operands covers those with wider ones
 * @property weightsBits  most bits of a weight, its sign included; what class and bound allow if not given
 * @property activationBits  bits of what products read; 8 if not given, and only those are stored as bytes. Bottlenecks get two more where the class
 *   takes them
 * @property expose       whether the integers of every layer become outputs too, after the model's own
 */
export type QuantizeOptions = {
  readonly providers: ProviderClass
  readonly weightsBits?: number
  readonly activationBits?: number
  readonly expose?: boolean
}

/** Shifts beyond which a weight comes near what binary32 has without subnormals. */
const MOST_SHIFT = 60

/** @property weight  the greatest magnitude in units; `shift` the most that the unit is below 1, as a power of two */
export type Limit = { readonly weight: number; readonly shift: number }

export function limitOf({ providers, weightsBits }: QuantizeOptions): Limit {
  const own = weightsBits === undefined ? SUM_LIMIT : (1 << (weightsBits - 1)) - 1
  const { width, exponent } = OPERANDS[providers]
  return { weight: Math.min(own, width), shift: Math.min(MOST_SHIFT, -exponent) }
}

/** @throws {OpineError} `QUANTIZE_OPTIONS` */
export function checkOptions({ providers, activationBits = 8 }: QuantizeOptions): void {
  if (Number.isInteger(activationBits) && activationBits >= 2 && 1 << activationBits <= Math.min(4096, OPERANDS[providers].width)) return
  const most = providers === 'f32' ? 12 : exponentOf(OPERANDS[providers].width)
  const message = `activations of ${activationBits} bits are not exact operands for class ${providers}; take 2 to ${most}, or a wider class`
  throw new OpineError('QUANTIZE_OPTIONS', message, { activationBits, providers, most })
}

export type { ProviderClass }
