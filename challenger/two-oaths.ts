import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Phase } from '@opine/dispute-game/game/types.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import type { Journal, PostedRecord } from '@opine/node-kit/journal.ts'
import { errorFields, type Log } from '@opine/node-kit/log.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Store } from '@opine/node-kit/store.ts'
import type { TurnClock } from '@opine/node-kit/turn-clock.ts'

/**
 * An oath that an asserter signed and handed out.
 * @property place    at which it would be on record
 * @property kernel   first of the segment, for an interior list
 * @property element  0 for an interior list
 * @property list     its entries, 32 bytes each
 */
export type HeldOath = {
  readonly place: Hex
  readonly phase: Extract<Phase, 'KERNEL' | 'LANE'>
  readonly kernel: number
  readonly element: number
  readonly list: Hex
  readonly signature: Hex
}

export type TwoOathsDeps = {
  readonly contracts: Contracts
  readonly journal: Journal
  readonly sender: Sending
  readonly store: Store
  readonly log: Log
}

/** Numbers of the contract's phases. */
const NUMBERS = { KERNEL: 1, LANE: 3 } as const

/** Keeps what asserters signed off chain, and ends the games of one that swore something else for the same place. */
export class TwoOaths {
  readonly #deps: TwoOathsDeps
  readonly #vain = new Set<Hex>()

  constructor(deps: TwoOathsDeps) {
    this.#deps = deps
  }

  /** @param oath  whose signature was verified */
  hold(assertionId: Hex, oath: HeldOath): void {
    const held = this.#held(assertionId)
    if (held.some(({ place, list }) => place === oath.place && list === oath.list)) return
    this.#deps.store.put('heldOaths', assertionId, [...held, oath])
  }

  /**
   * Proves two oaths if there are two.
   * @param clock  of this side: nothing else moves the game meanwhile
   * @returns      whether it did, or another one of this account's games does
   */
  async advance(gameId: Hex, assertionId: Hex, clock: TurnClock): Promise<boolean> {
    const pair = this.#vain.has(gameId) ? undefined : this.#pairOf(assertionId)
    if (!pair) return false
    const { contracts, sender, log } = this.#deps
    const [one, other] = pair
    const { phase, kernel, element } = one
    const oaths = [one, other].map(({ list, signature }) => ({ list, signature }))
    const facts = { kind: 'proveTwoOaths', gameId, assertionId, phase, kernel, element }
    const call = contracts.game.encode('proveTwoOaths', gameId, NUMBERS[phase], kernel, element, ...oaths)
    try {
      await sender.send({ key: `proveTwoOaths:${gameId}`, facts, clock, ...call })
      return true
    } catch (error) {
      // The game goes on, whatever the chain thinks of these two.
      if (!(error instanceof OpineError) || !error.code.startsWith('MOVE_')) throw error
      this.#vain.add(gameId)
      log.warn('twoOathsFailed', { gameId, assertionId, ...errorFields(error) })
      return false
    }
  }

  /** Two contents for one place: one that was handed out, and another one, or what stands on record. */
  #pairOf(assertionId: Hex): readonly [HeldOath, Pick<HeldOath, 'list' | 'signature'>] | undefined {
    const held = this.#held(assertionId)
    for (const oath of held) {
      const other = held.find(({ place, list }) => place === oath.place && list !== oath.list)
      if (other) return [oath, other]
      const record = this.#deps.journal.posted(oath.place)
      const list = record && listOf(record)
      if (list && list !== oath.list) return [oath, { list, signature: '0x' }]
    }
    return undefined
  }

  #held = (assertionId: Hex): readonly HeldOath[] => this.#deps.store.get<HeldOath[]>('heldOaths', assertionId) ?? []
}

/** What was sworn, as the contract hashes it: entries of 32 bytes. */
export const listOf = ({ nodes, totals }: PostedRecord): Hex =>
  `0x${[...nodes.map((node) => node.slice(2)), ...totals.map((total) => total.toString(16).padStart(64, '0'))].join('')}`
