import { OpineError } from '@opine/dispute-game/errors.ts'

/** The rules of SPEC section 5, in the order of that table; contracts/step/Rule.sol has the same order. */
export const RULES = [
  'BYTES',
  'VERSION',
  'TYPE',
  'RANK',
  'EXTENT',
  'REDUCE',
  'META',
  'BUFFER',
  'COORDINATE',
  'ADDRESS',
  'CODE',
  'WORK',
  'STEP',
] as const
export type Rule = (typeof RULES)[number]

/** The first rule that a kernel violates, and how. */
export type Violation = { readonly rule: Rule; readonly detail: string }

export const MAX_DESCRIPTOR_BYTES = 4096
export const MAX_RANK = 8
export const MAX_LOADS = 8
export const MAX_AXES = 6
export const MAX_BLOCK = 128
export const MAX_BLOCKS = 512
export const MAX_SEGMENT = 64
export const MAX_STACK = 16
export const MAX_LOCALS = 8
export const MAX_CODE_BYTES = 1024
/** Most bytes of code that one step may run: the term's for each term of a block, and the result's. */
export const MAX_WORK = 8192
/**
 * Most that one step may do in all: bytes of code that it runs, `LOOKUP_WORK` for each indexed axis of a load that they ask for, and for each
 * word that may be opened the depth of its tree and `WORD_WORK`.
 */
export const MAX_STEP = 12288
export const LOOKUP_WORK = 2
export const WORD_WORK = 8
/** Extents, counts and addresses stay below this. */
export const INDEX_BOUND = 0x80000000

/** How many buffers a program has; buffer `inputs + constants + k` is kernel `k`'s. */
export type Counts = { readonly inputs: number; readonly constants: number; readonly kernels: number }

/** Leaves the check at once; `violationOf` catches it. */
export function violate(rule: Rule, detail: string): never {
  throw new OpineError(rule, detail)
}

export function demand(rule: Rule, holds: boolean, detail: () => string): void {
  if (!holds) violate(rule, detail())
}

/** Runs a check and gives the rule that it found violated. */
export function violationOf(check: () => void): Violation | null {
  try {
    check()
    return null
  } catch (error) {
    const rule = error instanceof OpineError ? RULES.find((name) => name === error.code) : undefined
    if (rule === undefined || !(error instanceof OpineError)) throw error
    return { rule, detail: error.message }
  }
}
