import type { ReasonRule } from './certificate.ts'

/**
 * What makes a calculation anybody's choice, in numbers; `advice.ts` puts it in words.
 * @property size    how wide it is in units, or in units of the limit: of a sum, a product or an operand; the offending factor or divisor for
 *   `SCALE` and `DIVISION`; a magnitude for `SUBNORMAL` and `OVERFLOW`
 * @property excess  in hundredths of bits; null where no bits are meant
 * @property source  the buffer whose elements may be anything, -1 if it is none
 */
export type Fault = { readonly rule: ReasonRule; readonly size: number; readonly excess: number | null; readonly source: number }

export const fault = (rule: ReasonRule, size: number, excess: number | null = null, source = -1): Fault => ({ rule, size, excess, source })
