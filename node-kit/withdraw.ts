import type { Contracts } from './contracts.ts'
import { readReady } from './reads.ts'
import type { Sending } from './sender.ts'
import type { Store } from './store.ts'

/** Sends the account's payouts that are ready to itself once they are worth it, `least` wei or more. */
export async function withdrawPayouts(
  { contracts, sender, store }: { contracts: Contracts; sender: Sending; store: Store },
  least: bigint,
): Promise<void> {
  const ready = await readReady(contracts, sender.address)
  if (ready === 0n || ready < least) return
  const number = store.get<number>('counter', 'withdraw') ?? 0
  const call = contracts.operators.encode('withdraw', sender.address)
  await sender.send({ key: `withdraw:${number}`, facts: { kind: 'withdraw', amount: String(ready) }, ...call })
  store.put('counter', 'withdraw', number + 1)
}
