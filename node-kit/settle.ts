import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from './contracts.ts'
import type { Journal } from './journal.ts'
import { type AssertionState, readAssertion, readAssertionIds } from './reads.ts'
import type { Sender } from './sender.ts'
import type { Head } from './sync.ts'

export type Standing = AssertionState & { readonly id: Hex }

/** All assertions of a request, in their order. */
export async function readAssertions(contracts: Contracts, requestId: Hex): Promise<Standing[]> {
  const ids = await readAssertionIds(contracts, requestId)
  return Promise.all(ids.map(async (id) => ({ id, ...(await readAssertion(contracts, id)) })))
}

/** The assertion that settles the request if nothing defeats it: the earliest that is not defeated. */
export const survivorOf = (assertions: readonly Standing[]): Standing | undefined => assertions.find(({ status }) => status !== 'DEFEATED')

/**
 * Settles an open request once its survivor is final.
 * @param grace  seconds of chain time for which whoever is paid by it may go first
 * @returns      whether it did
 */
export async function settleIfDue(
  { contracts, journal, sender }: { contracts: Contracts; journal: Journal; sender: Sender },
  { requestId, survivor, liveness, head, grace }: { requestId: Hex; survivor: Standing; liveness: number; head: Head; grace: number },
): Promise<boolean> {
  if (head.timestamp <= survivor.assertedAt + liveness + grace || survivor.openGames > 0) return false
  const [isFinal] = (await contracts.oracle.read('isFinal', survivor.id)) as unknown as [boolean]
  const output = journal.output(survivor.id)
  if (!isFinal || output === undefined) return false
  const call = contracts.oracle.encode('settle', requestId, output)
  await sender.send({ key: `settle:${requestId}`, facts: { kind: 'settle', requestId, assertionId: survivor.id }, ...call })
  return true
}
