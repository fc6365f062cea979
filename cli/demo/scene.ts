import { PHASES, type Phase } from '@opine/dispute-game/game/types.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { type Cast, NAMES, roleOf } from './cast.ts'

/** What the dispute came down to. Values are 32 bits. */
export type Dispute = {
  lane?: { readonly element: number; readonly claimed: number; readonly truth: number }
  step?: {
    readonly kernel: number
    readonly element: number
    readonly evaluation: number
    readonly block: number
    readonly claimed: number
    readonly computed: number
  }
}

/** Where the story stands; there is one game in it. */
export class Scene {
  readonly truth: Trace
  readonly dispute: Dispute = {}
  phase: Phase = 'TRACE'
  kernel = 0
  readonly #cast: Cast
  readonly #consumer: string
  readonly #asserters = new Map<string, string>()

  /**
   * @param truth    the honest run, with which what is claimed is compared
   * @param consumer address of the consumer contract
   */
  constructor(truth: Trace, cast: Cast, consumer: string) {
    this.truth = truth
    this.#cast = cast
    this.#consumer = consumer
  }

  moveTo(phase: number, kernel: number): void {
    this.phase = PHASES[phase]!
    this.kernel = kernel
  }

  noteAssertion(assertionId: string, asserter: string): void {
    this.#asserters.set(assertionId, asserter)
  }

  /** Who made an assertion. */
  asserter = (assertionId: string): string => this.who(this.#asserters.get(assertionId) ?? '')

  /** Name of an account or of the consumer contract, else the address. */
  who(address: string): string {
    const role = roleOf(this.#cast, address)
    return role ? NAMES[role] : address === this.#consumer ? 'consumer contract' : address
  }

  isPlayer = (address: string): boolean => this.who(address) !== address

  treeName(): string {
    return this.phase === 'TRACE' ? 'its trace tree' : `the tree over kernel ${this.kernel}'s values`
  }
}
