import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Deed } from '../deed.ts'
import { isDone } from '../intents.ts'
import type { Done } from '../pending.ts'
import type { SigningAccount } from '../remote-signer.ts'
import { Sender, type Sending } from '../sender.ts'
import { Store } from '../store.ts'
import { simulate } from '../transaction.ts'
import type { View } from './view.ts'

/** @property gas  limit that the transaction would have; @property sent  null if it was only shown */
export type Proposal = Deed & { readonly gas: bigint; readonly sent: Done | null }

/**
 * @property helpers further accounts: what the daemon began with one of them stays with it
 * @property store   file of the daemon's store
 * @property wait    milliseconds in which the transaction must be mined
 * @property accept  throws where the deed is not what the command is for
 */
export type DeedTerms = {
  readonly wallet: SigningAccount
  readonly helpers: readonly SigningAccount[]
  readonly store: string
  readonly send: boolean
  readonly wait: number
  readonly feeCap: bigint | undefined
  readonly accept?: (deed: Deed) => Promise<void> | void
}

/** Ends a strategy after its first deed. */
class Enough extends Error {}

/**
 * Lets a daemon's strategy decide on its next deed, and shows it, or does it under the daemon's own records, so that a daemon that is started
 * later does not do it again.
 * @param strategy  takes one step, by the sender and the store that it is given
 * @returns null if there is nothing to do
 * @throws {OpineError} `DAEMON_RUNNING`, `MOVE_REFUSED`, `NOT_MINED`, those of `Sender.send` and of the strategy
 */
export async function nextDeed(
  view: View,
  terms: DeedTerms,
  strategy: (sending: Sending, store: Store) => Promise<unknown>,
): Promise<Proposal | null> {
  const { provider, deployment, origin } = view.chain
  const { wallet, accept } = terms
  const store = terms.send ? openStore(terms.store) : view.memory
  try {
    if (terms.send) {
      store.bind('chain', `${deployment.chainId} ${origin} ${deployment.oracle}`)
      store.bind('account', wallet.address)
    }
    let begun = false
    let proposal: Proposal | null = null
    const send = async (deed: Deed): Promise<Done> => {
      if (begun) throw new Enough()
      begun = true
      const { to, data, value = 0n, facts, from = wallet.address } = deed
      await accept?.(deed)
      proposal = { ...deed, gas: await simulate(provider, { from, to, data, value }, facts), sent: null }
      if (!terms.send) throw new Enough()
      const sent = await carryOut(view, terms, store, deed)
      proposal = { ...proposal, sent }
      return sent
    }
    await strategy({ address: wallet.address, send, isDone: (key) => isDone({ store, provider }, key) }, store).catch((error: unknown) => {
      if (!(error instanceof Enough)) throw error
    })
    return proposal
  } finally {
    if (terms.send) store.close()
  }
}

async function carryOut({ chain, log }: View, { wallet, helpers, feeCap, wait }: DeedTerms, store: Store, deed: Deed): Promise<Done> {
  const sender = new Sender(feeCap === undefined ? {} : { feeCap }, { provider: chain.provider, wallet, helpers, store, log })
  const looking = setInterval(() => void sender.poll().catch(() => {}), 500)
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    const next = 'the daemon looks after it once it runs, or repeat the command'
    const message = `${deed.facts.kind} was sent, but is not mined after ${wait / 1000} seconds; ${next}`
    timer = setTimeout(() => reject(new OpineError('NOT_MINED', message, deed.facts)), wait)
  })
  try {
    return await Promise.race([sender.send(deed), tooLong])
  } finally {
    clearInterval(looking)
    clearTimeout(timer)
    await sender.stop()
  }
}

function openStore(path: string): Store {
  try {
    return Store.open(path)
  } catch (error) {
    if (!(error instanceof OpineError) || error.code !== 'STORE_LOCKED') throw error
    const message = `a daemon has ${path} open and may send the same; stop it, then repeat, or leave out --send to only look`
    throw new OpineError('DAEMON_RUNNING', message, { path }, { cause: error })
  }
}
