/** Strings of brackets and whether they balance; all drawn by this file. */
import { below, type Random, xorshift } from '../training/random.ts'

/** Bracket `i` of the first three closes with bracket `i + 3`. */
export const BRACKETS = '([{)]}'
const KINDS = 3

/** Longest string. The model's input `text`, i64 `[1, 24]`, has the string at its end and 0 before it; bracket `i` is `i + 1`. */
export const LENGTH = 24

export type Example = { readonly text: string; readonly balanced: boolean }

export function tokensOf(text: string): number[] {
  const tokens = Array.from(text, (bracket) => BRACKETS.indexOf(bracket) + 1)
  return [...Array<number>(LENGTH - tokens.length).fill(0), ...tokens]
}

/** Whether each bracket is closed by its own kind, in the right order. */
export function isBalanced(text: string): boolean {
  const open: number[] = []
  for (const bracket of text) {
    const kind = BRACKETS.indexOf(bracket)
    if (kind < KINDS) open.push(kind)
    else if (open.pop() !== kind - KINDS) return false
  }
  return open.length === 0
}

export const TRAINING = { count: 100_000, seed: 40_503_001 } as const
export const HELD_OUT = { count: 4_000, seed: 87_178_291 } as const

/** `count` strings, about half of them balanced; the same one may come twice. */
export function drawExamples({ count, seed }: { readonly count: number; readonly seed: number }): Example[] {
  const random = xorshift(seed)
  return Array.from({ length: count }, () => {
    const text = random() < 0.5 ? drawBalanced(random) : drawDamaged(random)
    return { text, balanced: isBalanced(text) }
  })
}

/** Examples that training never sees. */
export function heldOutExamples(training: readonly Example[]): Example[] {
  const seen = new Set(training.map(({ text }) => text))
  return drawExamples(HELD_OUT).filter(({ text }) => !seen.has(text))
}

/** Of 2 to 24 brackets; each opens another pair or closes the innermost with the same chance, where it may do both. */
function drawBalanced(random: Random): string {
  const length = 2 + 2 * below(random, LENGTH / 2)
  const open: number[] = []
  let text = ''
  while (text.length < length) {
    const mayOpen = open.length < length - text.length
    if (open.length === 0 || (mayOpen && random() < 0.5)) {
      open.push(below(random, KINDS))
      text += BRACKETS[open.at(-1)!]
    } else text += BRACKETS[open.pop()! + KINDS]
  }
  return text
}

/** A balanced string with one bracket exchanged for another, dropped, or moved elsewhere, or two of them so; it may balance again. */
function drawDamaged(random: Random): string {
  let text = drawBalanced(random)
  for (let times = 1 + below(random, 2); times > 0; times--) {
    const at = below(random, text.length)
    const way = below(random, 3)
    const rest = text.slice(0, at) + text.slice(at + 1)
    const to = way === 0 ? at : below(random, rest.length + 1)
    const bracket = way === 0 ? BRACKETS[below(random, BRACKETS.length)]! : text[at]!
    if (way < 2 || rest.length === 0) text = rest.slice(0, to) + bracket + rest.slice(to)
    else text = rest
  }
  return text
}
