import { PHASES, type Phase } from '@opine/dispute-game/game/types.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { type Act, lieOf, truthOf } from './act.ts'
import { type Cast, NAMES, roleOf } from './cast.ts'

/** What a dispute came down to. Values are 32 bits. */
export type Dispute = {
  lane?: { readonly kernel: number; readonly element: number; readonly claimed: number; readonly truth: number }
  step?: {
    readonly kernel: number
    readonly element: number
    readonly evaluation: number
    readonly block: number
    readonly claimed: number
    readonly computed: number
  }
}

/** Where a game stands, as its events told. */
export type GameScene = { readonly dispute: Dispute; phase: Phase; kernel: number }

/** Where the story of an act stands. */
export class Scene {
  readonly act: Act
  readonly #cast: Cast
  readonly #asserters = new Map<string, string>()
  readonly #games = new Map<string, GameScene>()

  constructor(act: Act, cast: Cast) {
    this.act = act
    this.#cast = cast
  }

  /** The honest run, with which what is claimed is compared. */
  get truth(): Trace {
    return this.act.question.trace
  }

  game(gameId: string): GameScene {
    const known = this.#games.get(gameId)
    if (known) return known
    const game: GameScene = { dispute: {}, phase: 'TRACE', kernel: 0 }
    this.#games.set(gameId, game)
    return game
  }

  moveTo(game: GameScene, phase: number, kernel: number): void {
    game.phase = PHASES[phase]!
    game.kernel = kernel
  }

  noteAssertion(assertionId: string, asserter: string): void {
    this.#asserters.set(assertionId, asserter)
  }

  /** Who made an assertion. */
  asserter = (assertionId: string): string => this.who(this.#asserters.get(assertionId) ?? '')

  /** Name of an account or of the consumer contract, else the address. */
  who(address: string): string {
    const role = roleOf(this.#cast, address)
    return role ? NAMES[role] : address === this.act.consumer.address ? 'consumer contract' : address
  }

  isPlayer = (address: string): boolean => this.who(address) !== address

  /** An answer in words, and whether it is true. */
  answer(output: Uint8Array): string {
    const { question } = this.act
    const same = (other: Uint8Array): boolean => Buffer.compare(output, other) === 0
    return `${question.say(output)}${same(truthOf(this.act)) ? '' : same(lieOf(this.act)) ? ' (false)' : ' (neither true nor the lie told)'}`
  }

  treeName = ({ phase, kernel }: GameScene): string => (phase === 'TRACE' ? 'its trace tree' : `the tree over kernel ${kernel}'s values`)
}
