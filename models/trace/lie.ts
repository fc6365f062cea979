import { OpineError } from '@opine/dispute-game/errors.ts'

/**
 * Ways to falsify a trace. For tests and demonstrations alone: no daemon asserts one unless it is told to by name.
 *
 * - `element`: the bits `xor` of one lane are flipped. `alone`: everything after is as it truly was, so that all that reads the lane is false
 *   too. `downstream`: everything after is recomputed from the false lane, so that exactly one transition is false.
 * - `total`: the running total after block `block` is false, all after it is recomputed: exactly one block's transition is false.
 * - `padding`: byte `byte` past the end of a kernel's buffer is not zero.
 * - `leaf`: a leaf of the trace tree that must be zero is not.
 * - `interior`: an `element` lie, downstream, in some kernel that is not committed.
 * - `random`: any of these.
 */
export type ConcreteLie =
  | {
      readonly kind: 'element'
      readonly kernel: number
      readonly element: number
      readonly mode: 'alone' | 'downstream'
      readonly xor: number
    }
  | { readonly kind: 'total'; readonly kernel: number; readonly element: number; readonly block: number; readonly xor: number }
  | { readonly kind: 'padding'; readonly kernel: number; readonly byte: number }
  | { readonly kind: 'leaf'; readonly index: number }
export type SeededLie = { readonly kind: 'interior' | 'random'; readonly seed: string }
export type Lie = ConcreteLie | SeededLie

const FORMS = [
  'KERNEL:ELEMENT:alone[:XOR]',
  'KERNEL:ELEMENT:downstream[:XOR]',
  'total:KERNEL:ELEMENT:BLOCK[:XOR]',
  'padding:KERNEL[:BYTE]',
  'leaf:INDEX',
  'interior:SEED',
  'random:SEED',
].join(', ')

/**
 * Reads a lie from text: `KERNEL:ELEMENT:alone`, `KERNEL:ELEMENT:downstream`, `total:KERNEL:ELEMENT:BLOCK`, each with `:XOR` if other bits
 * than the lowest are to be flipped; `padding:KERNEL` with `:BYTE`; `leaf:INDEX`; `interior:SEED`; `random:SEED`. Inverse of `formatLie`.
 * @throws {OpineError} `LIE_MALFORMED`
 */
export function parseLie(text: string): Lie {
  const lie = parseSeeded(text) ?? parseParts(text.split(':'))
  if (lie) return lie
  throw new OpineError('LIE_MALFORMED', `"${text.slice(0, 80)}" is no lie; write one of ${FORMS}`, { text })
}

function parseSeeded(text: string): Lie | undefined {
  const [, kind, seed] = /^(interior|random):(.+)$/s.exec(text) ?? []
  return seed !== undefined && (kind === 'interior' || kind === 'random') ? { kind, seed } : undefined
}

function parseParts(parts: readonly string[]): Lie | undefined {
  const [name, , third, fourth] = parts
  const numbers = parts.map(parseNumber)
  switch (name) {
    case 'leaf': {
      const index = numbers[1]
      return parts.length === 2 && index !== undefined ? { kind: 'leaf', index } : undefined
    }
    case 'padding': {
      const [, kernel, byte = third === undefined ? 0 : undefined] = numbers
      return parts.length <= 3 && kernel !== undefined && byte !== undefined ? { kind: 'padding', kernel, byte } : undefined
    }
    case 'total': {
      const [, kernel, element, block] = numbers
      const xor = parseXor(parts[4])
      const complete = parts.length <= 5 && kernel !== undefined && element !== undefined && block !== undefined
      return complete && xor ? { kind: 'total', kernel, element, block, xor } : undefined
    }
    default: {
      const [kernel, element] = numbers
      const xor = parseXor(fourth)
      if (parts.length > 4 || kernel === undefined || element === undefined || !xor) return undefined
      return third === 'alone' || third === 'downstream' ? { kind: 'element', kernel, element, mode: third, xor } : undefined
    }
  }
}

/** Bits to flip: the lowest one if nothing is said; undefined or 0 if what is said is none. */
const parseXor = (text: string | undefined): number | undefined => (text === undefined ? 1 : parseNumber(text))

/** A whole number below 2^32, decimal or `0x` hexadecimal. */
function parseNumber(text: string): number | undefined {
  const number = /^([0-9]{1,10}|0x[0-9a-fA-F]{1,8})$/.test(text) ? Number(text) : Number.NaN
  return number < 0x100000000 ? number : undefined
}

/** The text that `parseLie` reads as this lie. */
export function formatLie(lie: Lie): string {
  switch (lie.kind) {
    case 'element':
      return `${lie.kernel}:${lie.element}:${lie.mode}:0x${lie.xor.toString(16)}`
    case 'total':
      return `total:${lie.kernel}:${lie.element}:${lie.block}:0x${lie.xor.toString(16)}`
    case 'padding':
      return `padding:${lie.kernel}:${lie.byte}`
    case 'leaf':
      return `leaf:${lie.index}`
    default:
      return `${lie.kind}:${lie.seed}`
  }
}
