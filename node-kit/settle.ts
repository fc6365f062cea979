import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from './contracts.ts'
import type { Journal } from './journal.ts'
import { type AssertionState, type RequestState, readAssertion, readAssertionIds } from './reads.ts'
import type { Sending } from './sender.ts'
import type { Head } from './sync.ts'

export type Standing = AssertionState & { readonly id: Hex }

/** All assertions of a request, in their order. */
export async function readAssertions(contracts: Contracts, requestId: Hex): Promise<Standing[]> {
  const ids = await readAssertionIds(contracts, requestId)
  return Promise.all(ids.map(async (id) => ({ id, ...(await readAssertion(contracts, id)) })))
}

/** The assertion that settles the request if nothing defeats it: the earliest that is not defeated. */
export const survivorOf = (assertions: readonly Standing[]): Standing | undefined => assertions.find(({ status }) => status !== 'DEFEATED')

/** The answers that settle a request if none of those that were looked at falls; `first` is the earliest of them. */
export type Agreement = { readonly first: Standing; readonly asserters: readonly string[]; readonly upTo: readonly Standing[] }

/**
 * The earliest output on which enough different asserters agree, as contracts/oracle/Tallying.sol counts them; undefined while too few do.
 * @param outputOf  the output bytes of an assertion, undefined if they have not been seen
 */
export function agreementOf(
  assertions: readonly Standing[],
  redundancy: number,
  outputOf: (assertionId: Hex) => Hex | undefined,
): Agreement | undefined {
  const upTo: Standing[] = []
  const groups = new Map<Hex | undefined, Standing[]>()
  for (const assertion of assertions) {
    if (assertion.status === 'DEFEATED') continue
    upTo.push(assertion)
    const output = outputOf(assertion.id)
    const group = groups.get(output) ?? []
    if (group.some(({ asserter }) => asserter === assertion.asserter)) continue
    group.push(assertion)
    groups.set(output, group)
    if (group.length === redundancy) return { first: group[0]!, asserters: group.map(({ asserter }) => asserter), upTo }
  }
  return undefined
}

/**
 * Settles an open request once enough answers agree and nothing can defeat them, or what came before, any more.
 * @param grace  seconds of chain time for which whoever is paid by it may go first
 * @returns      whether it did
 */
export async function settleIfDue(
  { contracts, journal, sender }: { contracts: Contracts; journal: Journal; sender: Sending },
  { requestId, assertions, request, head, grace }: SettleFacts,
): Promise<boolean> {
  const agreement = agreementOf(assertions, request.redundancy, (id) => journal.output(id))
  if (!agreement) return false
  const { first, asserters, upTo } = agreement
  const wait = request.liveness + (asserters.includes(sender.address) ? 0 : grace)
  const pending = upTo.filter(({ status }) => status === 'STANDING')
  if (pending.some(({ assertedAt, openGames }) => head.timestamp <= assertedAt + wait || openGames > 0)) return false
  const final = await Promise.all(pending.map(({ id }) => contracts.oracle.read('isFinal', id)))
  const output = journal.output(first.id)
  if (output === undefined || final.some(([isFinal]) => isFinal !== true)) return false
  const call = contracts.oracle.encode('settle', requestId, output)
  await sender.send({ key: `settle:${requestId}`, facts: { kind: 'settle', requestId, assertionId: first.id }, anybody: true, ...call })
  return true
}

export type SettleFacts = {
  readonly requestId: Hex
  readonly assertions: readonly Standing[]
  readonly request: Pick<RequestState, 'liveness' | 'redundancy'>
  readonly head: Head
  readonly grace: number
}
