import { etherText } from '../chain/money.ts'
import { grouped, table } from '../output.ts'
import { type Cast, NAMES, type Role, roleOf } from './cast.ts'
import type { Account } from './ledger.ts'
import { percent } from './story.ts'
import type { Move } from './watch.ts'

/** One transaction of the deciding game. `share` is of that game's gas. */
export type GasLine = { readonly who: string; readonly move: string; readonly gas: number; readonly share: number }

/**
 * Gas of an act.
 * @property lines       moves of the game that decided, in order; `game` is their sum
 * @property asserter    its part of it; `challenger` that of the other side
 * @property rounds      the asserter's answers
 * @property final       the proof that decided, or the step that was refused
 * @property others      other challengers' games
 * @property everything  with question, answers, settlement, callbacks and reward
 */
export type GasReport = {
  readonly lines: readonly GasLine[]
  readonly game: number
  readonly asserter: number
  readonly challenger: number
  readonly rounds: number
  readonly final: number
  readonly others: number
  readonly everything: number
}

const ANSWERS = ['reveal', 'swearInterior', 'swearTotals']
const FINALS = ['step', 'stepInvalid', 'multicall']

/**
 * @param moves   all transactions of the act
 * @param sides   accounts of the deciding game
 */
export function gasReport(moves: readonly Move[], cast: Cast, sides: { readonly asserter: Role; readonly challenger: Role }): GasReport {
  const sum = (some: readonly Move[]): number => Number(some.reduce((total, { gas }) => total + gas, 0n))
  const by = (side: Role): Move[] => all.filter(({ from }) => roleOf(cast, from) === side)
  const all = moves.filter(({ contract }) => contract === 'game')
  const game = all.filter(({ from }) => [sides.asserter, sides.challenger].includes(roleOf(cast, from)!))
  const total = sum(game)
  return {
    lines: game.map(({ from, method, gas }) => {
      return { who: NAMES[roleOf(cast, from)!], move: method, gas: Number(gas), share: Number(gas) / total }
    }),
    game: total,
    asserter: sum(by(sides.asserter)),
    challenger: sum(by(sides.challenger)),
    rounds: game.filter(({ method }) => ANSWERS.includes(method)).length,
    final: Number(game.findLast(({ method }) => FINALS.includes(method))?.gas ?? 0n),
    others: sum(all) - total,
    everything: sum(moves),
  }
}

/** Games side by side. */
export function gasTable(acts: readonly { readonly number: number; readonly way: string; readonly gas: GasReport }[]): string[] {
  const head = ['act', 'game', 'rounds', 'asserter', 'challenger', 'its last proof', 'whole game', "others' games", 'whole act']
  return table([
    head,
    ...acts.map(({ number, way, gas }) => [
      String(number),
      way,
      String(gas.rounds),
      ...[gas.asserter, gas.challenger, gas.final, gas.game, gas.others, gas.everything].map(grouped),
    ]),
  ])
}

/** Moves of one game. */
export const moveTable = ({ lines }: GasReport): string[] =>
  table([['who', 'move', 'gas', 'share'], ...lines.map(({ who, move, gas, share }) => [who, move, grouped(gas), percent(share)])])

export const signed = (wei: bigint): string => (wei > 0n ? `+${etherText(wei)}` : wei < 0n ? `-${etherText(-wei)}` : '0 ETH')

/** @param why  what each party's money was for */
export function moneyTable(accounts: readonly Account[], why: (account: Account) => string): string[] {
  const name = (who: string): string => NAMES[who as Role] ?? who
  const told = accounts.filter(({ who, change, gas }) => who !== 'author' && (change !== 0n || gas !== 0n))
  const rows = told.map((account) => {
    const { who, before, after, change, gas } = account
    return [name(who), etherText(before), etherText(after), signed(change), etherText(gas), why(account)]
  })
  return table([['who', 'had', 'has', 'won or lost', 'paid for gas', 'what for'], ...rows])
}
