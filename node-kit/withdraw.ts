import type { Contracts } from './contracts.ts'
import { readPayout } from './reads.ts'
import type { Sender } from './sender.ts'
import type { Store } from './store.ts'

/** Sends the account's payouts to itself once they are worth it, `least` wei or more. */
export async function withdrawPayouts(
  { contracts, sender, store }: { contracts: Contracts; sender: Sender; store: Store },
  least: bigint,
): Promise<void> {
  const payout = await readPayout(contracts, sender.address)
  if (payout === 0n || payout < least) return
  const number = store.get<number>('counter', 'withdraw') ?? 0
  const call = contracts.operators.encode('withdraw', sender.address)
  await sender.send({ key: `withdraw:${number}`, facts: { kind: 'withdraw', amount: String(payout) }, ...call })
  store.put('counter', 'withdraw', number + 1)
}
