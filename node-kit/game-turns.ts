import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from './contracts.ts'
import type { Log } from './log.ts'
import type { Sending } from './sender.ts'

/** Milliseconds after which a game is read again before it is acted on: somebody may have moved. */
export const STALE = 500

/** Ends a game without a move: anybody may. @param kind  a side's time is over, or the assertion fell in another game */
export async function sendEnding(
  { contracts, sender }: { readonly contracts: Contracts; readonly sender: Sending },
  gameId: Hex,
  assertionId: Hex,
  kind: 'refund' | 'timeout',
): Promise<void> {
  const call = contracts.game.encode(kind, gameId)
  await sender.send({ key: `${kind}:${gameId}`, facts: { kind, gameId, assertionId }, anybody: true, ...call })
}

/** Games in which the own time is over. */
export class Overdue {
  readonly #log: Log
  readonly #said = new Set<Hex>()

  constructor(log: Log) {
    this.#log = log
  }

  /** Says so, of each game once. */
  say(gameId: Hex, assertionId: Hex): void {
    if (this.#said.has(gameId)) return
    this.#said.add(gameId)
    this.#log.error('outOfTime', { gameId, assertionId, effect: 'anybody can now end this game, and the bond is lost' })
  }
}
