import { attack, type Posted } from '../game/attack.ts'
import { defend } from '../game/defend.ts'
import { overlayBranches } from '../game/overlay.ts'
import type { TraceProvider } from '../game/provider.ts'
import { type ChallengerMove, type DefenderMove, LEVELS, type Phase } from '../game/types.ts'
import { interiorTree } from '../merkle/interior.ts'
import { sha256 } from '../merkle/sha256.ts'
import { branch, rootOf } from '../merkle/tree.ts'
import { openToy, revealKey, type ToyState } from './board.ts'
import { type ToyLie, toyLie } from './lie.ts'
import { ALPHABET, segmentOf, type ToyProgram } from './program.ts'
import { referee } from './referee.ts'
import { oathKey, type ToyTrace, toyProvider, trueTrace } from './trace.ts'
import { type ToyWitness, toyWitness } from './witness.ts'

const SALT = sha256(new TextEncoder().encode('a salt'))

/**
 * A game over a toy trace, built step by step; every step gives a new game and leaves the old one as it was.
 *
 *     ToyGame.of().lie({ kind: 'leaf', index: 7 }).until('TENSOR').state
 */
export class ToyGame {
  readonly truth: ToyTrace
  readonly asserted: ToyTrace
  readonly levels: number
  /** The asserter's trace and the true one, as the game asks for them. */
  readonly defender: TraceProvider
  readonly challenger: TraceProvider
  readonly state: ToyState

  private constructor(truth: ToyTrace, asserted: ToyTrace, levels: number, before?: ToyGame, state?: ToyState) {
    this.truth = truth
    this.asserted = asserted
    this.levels = levels
    this.challenger = before?.challenger ?? toyProvider(truth, SALT, levels)
    const same = before?.asserted === asserted ? before.defender : undefined
    this.defender = same ?? (asserted === truth ? this.challenger : toyProvider(asserted, SALT, levels))
    this.state = state ?? openToy(this.board)
  }

  /** A game that has just been opened over a true trace. @param levels  of a tree that one reveal spans */
  static of(program: ToyProgram = ALPHABET, text = 'opine', levels = LEVELS): ToyGame {
    const truth = trueTrace(program, text)
    return new ToyGame(truth, truth, levels)
  }

  get board() {
    const { program, text } = this.truth
    return { program, text, salt: SALT, traceRoot: rootOf(this.defender.traceTree()), levels: this.levels }
  }

  /** The same game from its beginning, with one more lie in what was asserted. */
  lie(...lies: readonly ToyLie[]): ToyGame {
    return this.assert(lies.reduce(toyLie, this.asserted))
  }

  /** The same game from its beginning, with this trace asserted. */
  assert(asserted: ToyTrace): ToyGame {
    return new ToyGame(this.truth, asserted, this.levels, this)
  }

  /** What the asserter does as it should, or by another trace's oaths. */
  defend(by: TraceProvider = this.defender): ToyGame {
    return this.move(defend(this.state.view, by))
  }

  /** The challenger's next move. */
  get attack(): ChallengerMove {
    return attack(this.state.view, this.challenger, this.posted)
  }

  /** @param witness  what a step opens, if it is not to be put together from what was revealed */
  move(move: DefenderMove | ChallengerMove, witness = move.kind === 'step' ? this.witness(move) : []): ToyGame {
    return new ToyGame(this.truth, this.asserted, this.levels, this, referee(this.board, this.state, move, witness))
  }

  /** The move of the side in turn. */
  next(): ToyGame {
    return this.state.turn === 'ASSERTER' ? this.defend() : this.move(this.attack)
  }

  /** Plays until the challenger is in turn in a phase, or until the game is over. */
  until(phase: Phase | 'END'): ToyGame {
    let game: ToyGame = this
    while (game.state.status === 'IN_PROGRESS') {
      if (game.state.turn === 'CHALLENGER' && game.state.view.phase === phase) return game
      game = game.next()
    }
    return game
  }

  get posted(): Posted {
    const { view, revealed, interiors, totals } = this.state
    return {
      nodes: () => revealed.get(revealKey(view))!,
      interior: () => interiors.get(segmentOf(this.truth.program, view.kernel).first)!,
      totals: () => totals.get(oathKey(view.kernel, view.element))!,
    }
  }

  /** What a step opens: values of the true trace, their places from what the asserter revealed and swore. */
  witness(move: ChallengerMove & { readonly kind: 'step' }): ToyWitness {
    const { revealed, interiors, view } = this.state
    const { first } = segmentOf(this.truth.program, move.kernel)
    const revealedAt = (position: number) => revealed.get(revealKey({ ...view, phase: 'TRACE', position }))
    return toyWitness(this.truth, move, {
      leaf: overlayBranches(this.challenger.traceTree(), revealedAt, this.levels),
      interior: (kernel) => branch(interiorTree(interiors.get(first)!), kernel - first),
    })
  }
}
