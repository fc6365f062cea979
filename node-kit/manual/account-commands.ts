import { storePath } from '../store-life.ts'
import { withdrawPayouts } from '../withdraw.ts'
import { type Daemon, type ManualCommand, manualCommand, SENDING } from './command.ts'
import { type DeedTerms, nextDeed } from './deed.ts'
import { type Answer, accountOf, proposalAnswer } from './session.ts'
import { owningSettings } from './settings.ts'
import { status, statusText } from './status.ts'
import { termsOf } from './terms.ts'
import type { View } from './view.ts'

/** `status` and `withdraw`: how an account stands, and its payouts. */
export function accountCommands({ service, table: known }: Daemon): ManualCommand[] {
  const table = owningSettings(known)
  const standing = manualCommand(
    known,
    {
      usage: 'status',
      description: 'the account, its money, its transactions, its games, and the daemon’s records',
      table,
      example: '',
      options: [['--account <ADDRESS>', 'instead of the key’s']],
    },
    async (view, settings, given) => {
      const is = await status(view, await accountOf(given, settings), storePath(settings.data, service))
      return { json: is, text: statusText(is) }
    },
  )
  const withdrawing = manualCommand(
    known,
    { usage: 'withdraw', description: 'send all payouts that are ready to the account', table, example: '', options: SENDING },
    async (view, settings, given) => withdraw(view, await termsOf(service, settings, given)),
  )
  return [standing, withdrawing]
}

/** The payouts of an account that are ready; repeated, those of the helpers. */
async function withdraw(view: View, terms: DeedTerms): Promise<Answer> {
  const { contracts } = view.chain
  const accounts = [terms.wallet, ...terms.helpers].map(({ address }) => address)
  const deed = await nextDeed(view, terms, (sender, store) => withdrawPayouts({ contracts, sender, store, accounts }, 0n))
  return proposalAnswer(deed, 'no payout is ready')
}
