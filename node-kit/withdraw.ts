import type { Contracts } from './contracts.ts'
import { readReady } from './reads.ts'
import type { Sending } from './sender.ts'
import type { Store } from './store.ts'

type Deps = { readonly contracts: Contracts; readonly sender: Sending; readonly store: Store; readonly accounts?: readonly string[] }

/** Sends the payouts of each account, only the sender's own if none is named, to itself once they are ready and worth it, `least` wei or more. Helpers earn what a callback pays its caller. */
export async function withdrawPayouts(deps: Deps, least: bigint): Promise<void> {
  const { accounts = [deps.sender.address] } = deps
  const results = await Promise.allSettled(accounts.map((account) => withdrawFor(account, deps, least)))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
}

async function withdrawFor(account: string, { contracts, sender, store }: Deps, least: bigint): Promise<void> {
  const ready = await readReady(contracts, account)
  if (ready === 0n || ready < least) return
  const name = account === sender.address ? 'withdraw' : `withdraw:${account}`
  const number = store.get<number>('counter', name) ?? 0
  const call = contracts.operators.encode('withdraw', account)
  await sender.send({ key: `${name}:${number}`, from: account, facts: { kind: 'withdraw', amount: String(ready) }, ...call })
  store.put('counter', name, number + 1)
}
