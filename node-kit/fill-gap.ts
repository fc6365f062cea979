import type { LineDeps } from './account-line.ts'
import { type FeeCaps, feesFor, readMarket } from './fees.ts'
import { writeIntent } from './intents.ts'
import { offer } from './offering.ts'
import { signIntent } from './sign-intent.ts'

/** Uses up a nonce that holds up the others of an account, by a transaction that does nothing. While gas is dearer than the cap, nothing happens. */
export async function fillGap(nonce: number, caps: FeeCaps, { provider, wallet, store, log, pending }: LineDeps): Promise<void> {
  const { address } = wallet
  const call = { from: address, to: address, data: '0x', value: 0n }
  const fees = feesFor(await readMarket(provider), caps, undefined, 0n)
  if (!fees) return
  const gasLimit = await provider.estimateGas(call)
  const deed = { key: `gap:${address}:${nonce}`, facts: { kind: 'fillGap' }, to: call.to, data: call.data }
  const intent = await signIntent({ provider, wallet }, { deed, gasLimit }, nonce, fees)
  writeIntent(store, intent)
  const { outcome } = await offer(provider, intent.versions[0]!.raw)
  if (outcome !== 'TAKEN' && outcome !== 'UNANSWERED') return writeIntent(store, { ...intent, state: 'LOST' })
  pending.offered(intent.key)
  log.warn('nonceGapFilled', { account: address, nonce })
}
