import type { Contracts } from '@opine/node-kit/contracts.ts'
import type { Journal } from '@opine/node-kit/journal.ts'
import type { Sender } from '@opine/node-kit/sender.ts'

/** Says on chain where this operator serves its traces, if what was said last is something else. */
export async function announceEndpoint(
  { contracts, journal, sender }: { readonly contracts: Contracts; readonly journal: Journal; readonly sender: Sender },
  endpoint: string,
): Promise<void> {
  const last = journal.endpoint(sender.address)
  if (last?.endpoint === endpoint) return
  // What was announced before may be announced again, when the operator moves back.
  const key = `announce:${last?.block ?? 0}:${endpoint}`
  await sender.send({ key, facts: { kind: 'announce', endpoint }, ...contracts.operators.encode('announce', endpoint) })
}
