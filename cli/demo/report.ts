import { etherText } from '../chain/money.ts'
import { grouped, table } from '../output.ts'
import { NAMES } from './cast.ts'
import type { Account } from './ledger.ts'
import type { Scene } from './scene.ts'
import { percent } from './story.ts'
import type { Move } from './watch.ts'

/** One transaction of the dispute. `share` is of the whole dispute's gas. */
export type GasLine = { readonly who: string; readonly move: string; readonly gas: number; readonly share: number }

/** Gas of the game by moves, and of everything from the question to the reward. */
export type GasReport = {
  readonly lines: readonly GasLine[]
  readonly game: number
  readonly rounds: number
  readonly step: number
  readonly everything: number
}

const ANSWERS = ['reveal', 'swearInterior', 'swearTotals']
const ENDS = ['step', 'stepInvalid', 'timeout']

/** @param moves all transactions; `rounds` counts the asserter's answers */
export function gasReport(moves: readonly Move[], scene: Scene): GasReport {
  const game = moves.filter(({ contract, refusal }) => contract === 'game' && refusal === null)
  const total = Number(game.reduce((sum, { gas }) => sum + gas, 0n))
  return {
    lines: game.map(({ from, method, gas }) => ({ who: scene.who(from), move: method, gas: Number(gas), share: Number(gas) / total })),
    game: total,
    rounds: game.filter(({ method }) => ANSWERS.includes(method)).length,
    everything: Number(moves.reduce((sum, { gas }) => sum + gas, 0n)),
    step: Number(game.find(({ method }) => ENDS.includes(method))?.gas ?? 0n),
  }
}

export function gasLines({ lines, game, rounds, step, everything }: GasReport): string[] {
  return [
    ...table([['who', 'move', 'gas', 'share'], ...lines.map(({ who, move, gas, share }) => [who, move, grouped(gas), percent(share)])]),
    `the whole game: ${grouped(game)} gas in ${rounds} rounds; its final step: ${grouped(step)} gas`,
    `with question, answers, settlement, callback and reward: ${grouped(everything)} gas`,
  ]
}

const WHY: Readonly<Record<Account['who'], string>> = {
  author: 'deployed the protocol and registered the model beforehand',
  honest: 'the fee for the right answer; its bond is free again',
  liar: 'its bond',
  challenger: 'the reward; its own bond is back',
  asker: 'paid the fee',
  consumer: "compensation for the delay, from the liar's bond",
  burned: "the rest of the liar's bond, so that lying to oneself does not pay",
}

const signed = (wei: bigint): string => (wei > 0n ? `+${etherText(wei)}` : wei < 0n ? `-${etherText(-wei)}` : '0 ETH')

export function moneyLines(accounts: readonly Account[]): string[] {
  const name = (who: Account['who']): string => (who === 'consumer' ? 'consumer contract' : who === 'burned' ? 'burned' : NAMES[who])
  const told = accounts.filter(({ who, change }) => who !== 'author' || change !== 0n)
  const rows = told.map(({ who, before, after, change, gas }) => [
    name(who),
    etherText(before),
    etherText(after),
    signed(change),
    etherText(gas),
    WHY[who],
  ])
  return table([['who', 'had', 'has', 'won or lost', 'paid for gas', 'what for'], ...rows])
}
