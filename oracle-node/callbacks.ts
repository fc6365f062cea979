import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import type { Journal } from '@opine/node-kit/journal.ts'
import type { RequestState } from '@opine/node-kit/reads.ts'
import { revertOf } from '@opine/node-kit/revert.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import { type Standing, survivorOf } from '@opine/node-kit/settle.ts'
import type { Head } from '@opine/node-kit/sync.ts'

export type CallbackDeps = { readonly contracts: Contracts; readonly journal: Journal; readonly sender: Sending }

/** Seconds for which the operator whose answer stands first may tell of the fall, so that not all of them pay for a transaction. */
const GRACE = 60

/** Tells an optimistic consumer the own answer, which is paid for, once. @returns whether it did */
export async function tellAnswer(
  { contracts, journal, sender }: CallbackDeps,
  requestId: Hex,
  { optimistic, toldAt }: RequestState,
  { id }: Standing,
): Promise<boolean> {
  const [key, output] = [`tell:${requestId}`, journal.output(id)]
  if (!optimistic || toldAt !== null || output === undefined || (await sender.isDone(key))) return false
  const call = contracts.oracle.encode('deliverAssertion', requestId, output)
  await sender.send({ key, facts: { kind: 'tell', requestId, assertionId: id }, anybody: true, ...call })
  return true
}

/**
 * Tells an optimistic consumer that the answer that it was told fell, which is prepaid to whoever does it first. Settling and expiring would
 * tell it as well, but much later. @returns whether it did
 */
export async function tellFall(
  { contracts, sender }: CallbackDeps,
  requestId: Hex,
  { optimistic, toldAt, delivered }: RequestState,
  assertions: readonly Standing[],
  head: Head,
): Promise<boolean> {
  const told = toldAt === null ? undefined : assertions[toldAt]
  const key = `tellFall:${requestId}`
  if (!optimistic || delivered || told?.status !== 'DEFEATED' || (await sender.isDone(key))) return false
  const survivor = survivorOf(assertions)
  if (survivor && survivor.asserter !== sender.address) {
    const [kill] = (await contracts.game.read('killOf', told.id)) as unknown as [{ readonly time: bigint }]
    if (head.timestamp < Number(kill.time) + GRACE) return false
  }
  const due = await contracts.oracle.read('deliverInvalidated', requestId).then(
    () => true,
    // Somebody was faster; any other refusal is for the sender to report.
    (error: unknown) => revertOf(error)?.name !== 'InferenceOracle_NothingToDeliver',
  )
  if (!due) return false
  const call = contracts.oracle.encode('deliverInvalidated', requestId)
  await sender.send({ key, facts: { kind: 'tellFall', requestId, assertionId: told.id }, anybody: true, ...call })
  return true
}
