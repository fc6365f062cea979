import type { Facts } from './transaction.ts'
import type { TurnClock } from './turn-clock.ts'

/**
 * What one transaction is to do on the chain, once.
 * @property key      names the deed, for ever: `assert:<request id>`
 * @property anybody  whether it counts the same from any account, so that a helper may send it
 * @property from     a helper that has to do it itself; the own account if left out
 * @property dueAt    block as of which the chain still waits for it: what was mined before that had no effect, and is done again. A reorganisation can
 *   mine a post while its game stands at another place, where it changes nothing
 * @property clock    of the game's turn in which it is a move: it is sent before what can wait, and may cost more as time runs out
 */
export type Deed = {
  readonly key: string
  readonly facts: Facts
  readonly to: string
  readonly data: string
  readonly value?: bigint
  readonly anybody?: boolean
  readonly from?: string
  readonly dueAt?: number
  readonly clock?: TurnClock
}
