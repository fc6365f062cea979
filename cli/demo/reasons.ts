import type { Way } from './act.ts'
import type { Account } from './ledger.ts'

/** What a party's money was for, by what was played. */
export function reasonFor({ who, change }: Account, ways: readonly Way[]): string {
  const lies = ways.filter((way) => way !== 'sham').length
  const sham = ways.includes('sham')
  switch (who) {
    case 'honest':
      return `the fee of each answer${sham ? ", and the sham challenger's bond" : ''}; its own bonds are free again`
    case 'liar':
      return lies === 1 ? 'the bond of its answer' : `the bonds of ${lies} answers, one for each lie`
    case 'challenger':
    case 'rival':
      return change > 0n ? 'the reward for each lie that it proved; its own bonds are back' : 'came second; its bonds are back'
    case 'sham':
      return 'its bond, for a challenge without ground'
    case 'asker':
      return 'paid the fees, and for callbacks'
    case 'burned':
      return "the rest of the liar's bonds, so that lying to oneself does not pay"
    default:
      return 'compensation for the delay, from who caused it'
  }
}
