import type { Chain } from '@opine/node-kit/chain.ts'
import type { Journal } from '@opine/node-kit/journal.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import { isOnChain } from '@opine/node-kit/sync.ts'

export type AnnouncingDeps = {
  readonly chain: Pick<Chain, 'provider' | 'contracts'>
  readonly journal: Pick<Journal, 'endpoint'>
  readonly sender: Pick<Sending, 'address' | 'send'>
}

/** Says on chain where this operator serves its traces, if what was said last is something else or a reorganisation took it back. */
export async function announceEndpoint({ chain, journal, sender }: AnnouncingDeps, endpoint: string): Promise<void> {
  const last = journal.endpoint(sender.address)
  if (last?.endpoint === endpoint && (await isOnChain(chain, last))) return
  // What was announced before may be announced again, when the operator moves back.
  const key = `announce:${last?.block ?? 0}:${endpoint}`
  await sender.send({ key, facts: { kind: 'announce', endpoint }, ...chain.contracts.operators.encode('announce', endpoint) })
}
