/** The game as both sides see it, SPEC section 7; twin of the structs in contracts/interfaces/IDisputeGame.sol. */

export type Phase = 'TRACE' | 'KERNEL' | 'TENSOR' | 'LANE'
export type Side = 'ASSERTER' | 'CHALLENGER'
export type Evaluation = 'ELEMENT' | 'BLOCK' | 'RESULT'

/** Phases, sides and evaluations in the order of the contract's numbers. */
export const PHASES = ['TRACE', 'KERNEL', 'TENSOR', 'LANE'] as const satisfies readonly Phase[]
export const SIDES = ['ASSERTER', 'CHALLENGER'] as const satisfies readonly Side[]
export const EVALUATIONS = ['ELEMENT', 'BLOCK', 'RESULT'] as const satisfies readonly Evaluation[]

/** Levels of a tree that one reveal spans on chain. */
export const LEVELS = 5

/**
 * @property kernel   disputed kernel, from phase KERNEL on
 * @property element  disputed element, in phase LANE
 * @property position generalised index in the trace tree (TRACE) or the tensor tree (TENSOR)
 * @property node     the asserter's value there, 32 bytes: a node, a salted leaf, or a word
 */
export type GameView = {
  readonly phase: Phase
  readonly kernel: number
  readonly element: number
  readonly position: number
  readonly node: Uint8Array
}

/** What the program says of a kernel's buffer. `count` is the number of its elements, `lanes` is the number of its elements in a word, `depth` that of its tensor tree. */
export type KernelFacts = {
  readonly committed: boolean
  readonly first: number
  readonly length: number
  readonly blocks: number
  readonly count: number
  readonly lanes: number
  readonly depth: number
}

/** A move of the asserter. `reveal` proves itself; the others are oaths. */
export type DefenderMove =
  | { readonly kind: 'reveal'; readonly nodes: readonly Uint8Array[] }
  | { readonly kind: 'swearInterior'; readonly roots: readonly Uint8Array[] }
  | { readonly kind: 'swearTotals'; readonly totals: readonly number[] }

/**
 * A move of the challenger. `expected` is the game's node, `siblings` run bottom up. `program` names the kernel whose leaf in the program
 * goes with the move, null where none does.
 */
export type ChallengerMove =
  | {
      readonly kind: 'descendTrace'
      readonly expected: Uint8Array
      readonly child: number
      readonly node: Uint8Array
      readonly siblings: readonly Uint8Array[]
      readonly program: number | null
    }
  | {
      readonly kind: 'pick'
      readonly expected: Uint8Array
      readonly kernel: number
      readonly root: Uint8Array
      readonly siblings: readonly Uint8Array[]
      readonly program: number | null
    }
  | {
      readonly kind: 'descendTensor'
      readonly expected: Uint8Array
      readonly child: number
      readonly node: Uint8Array
      readonly siblings: readonly Uint8Array[]
      readonly lane: number
    }
  | {
      readonly kind: 'step'
      readonly kernel: number
      readonly element: number
      readonly evaluation: Evaluation
      readonly block: number
      readonly totals: readonly number[]
    }
