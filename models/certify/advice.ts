import { formatFloat } from '../ir/describe.ts'
import { power } from './binary.ts'
import type { Reason } from './certificate.ts'
import { OPERANDS, type ProviderClass } from './classes.ts'
import { type Fault, fault } from './fault.ts'
import { excessOf, type Watch } from './watch.ts'

/** What was found, and the smallest change that would help. */
type Advice = Pick<Reason, 'detail' | 'change'>

/** The words for a fault. @param place  `channel 3` or `every element`; `sourceName` names the operand that may be anything */
export function advise(found: Fault, place: string, sourceName: string): Advice {
  const bits = (found.excess ?? 0) / 100
  switch (found.rule) {
    case 'BOUND':
      return {
        detail: `a partial sum of ${place} may reach ${found.size} units, ${bits} bits more than 2^24`,
        change: `take ${Math.ceil(bits)} bits off its weights or operands, or round between two halves of the sum`,
      }
    case 'SCALE':
      return {
        detail: `a product of ${place} with ${formatFloat(found.size)} needs ${bits} bits more than the 24 that there are`,
        change: `scale by a power of two, such as ${powerText(found.size)}, or by an integer of few bits`,
      }
    case 'WIDTH':
      if (found.excess === null) return RANGE
      return {
        detail: `an operand of a product is ${found.size} units wide, ${bits} bits more than the demanded classes take`,
        change: `take ${Math.ceil(bits)} bits off it, or demand wider classes`,
      }
    case 'DIVISION':
      return {
        detail:
          found.size === 0 ? `${place} is divided by an operand` : `${place} is divided by ${formatFloat(found.size)}, no power of two`,
        change: found.size === 0 ? 'divide by a power of two, or look the quotient up' : inverseText(found.size),
      }
    case 'ROOT':
      return { detail: `${place} is a square root, which not every device rounds alike`, change: TABLE }
    case 'BITS':
      return { detail: `${place} looks at the bits of a float, as transcendental functions do; they show the sign of zero`, change: TABLE }
    case 'SIGN_OF_ZERO':
      return {
        detail: `${place} may be stored as -0, whose sign differs between runtimes`,
        change: 'store an integer, add 0 last, or round by floor(x + 0.5) in place of rounding to nearest, up, or to zero',
      }
    case 'SUBNORMAL':
      return {
        detail: `${place} may have parts as small as ${found.size.toPrecision(3)}, which some devices flush to zero`,
        change: 'scale by less, so that the unit stays at 2^-126 or above',
      }
    case 'OVERFLOW':
      return {
        detail: `${place} may reach ${found.size.toPrecision(3)}, where conversions saturate or sums overflow`,
        change: 'clip it before',
      }
    case 'UNBOUNDED': {
      const wide = found.excess === null || bits > 40 ? 'which may be any number' : `which is ${(24 + bits).toFixed(1)} bits wide`
      return {
        detail: `${place} calculates with ${sourceName}, ${wide}`,
        change: `round ${sourceName} to multiples of a power of two and clip it to a few bits first`,
      }
    }
  }
}

const RANGE: Advice = {
  detail: 'an operand of a product, or a scale folded into its weights, is too small or too great for the demanded classes',
  change: 'scale by less between roundings, or demand wider classes',
}

const TABLE = 'look the function up in a table over the 8-bit values of its argument, or leave the kernel to the canonical executors'

/** The power of two that is nearest on a logarithmic scale. */
function powerText(factor: number): string {
  const size = Math.abs(factor)
  let exponent = 0
  while (power(exponent) > size) exponent--
  while (power(exponent + 1) <= size) exponent++
  if (size * size > power(2 * exponent + 1)) exponent++
  return `${factor < 0 ? '-' : ''}2^${exponent}`
}

/** An integer and a shift for a divisor: as many bits as an 8-bit operand leaves room for. */
function inverseText(divisor: number): string {
  let shift = 0
  while (power(shift + 1) / Math.abs(divisor) <= 256 && shift < 100) shift++
  const multiplier = Math.floor(power(shift) / divisor + 0.5)
  return `multiply by ${multiplier} * 2^-${shift} and round down`
}

/** The fault of a kernel that is exact but too wide for a class that was demanded; null if it covers all. */
export function widthFault({ classes, operands }: Watch, demanded: readonly ProviderClass[]): Fault | null {
  const missing = demanded.filter((name) => !classes.includes(name))
  if (missing.length === 0) return null
  const limit = Math.min(...missing.map((name) => OPERANDS[name].width))
  return fault('WIDTH', operands, operands > limit ? excessOf(operands, limit) : null)
}
