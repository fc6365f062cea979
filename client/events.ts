import type { Contract, Interface, Log, LogDescription } from 'ethers'
import type { OpineClient } from './client.ts'
import { readLogs } from './logs.ts'

/** Which of a consumer's functions is called, in the order of the contract's enum `Hook`. */
export const HOOKS = ['onAssertion', 'onInvalidated', 'onInference'] as const
export type Hook = (typeof HOOKS)[number]

/** A fact of a request's life. */
export type LifeEvent = { readonly block: number; readonly blockHash: string; readonly transaction: string } & (
  | {
      readonly type: 'requested'
      readonly consumer: string
      readonly versionId: string
      readonly deadline: number
      readonly callbackGas: number
    }
  | { readonly type: 'asserted'; readonly assertionId: string; readonly asserter: string; readonly output: string }
  | { readonly type: 'disputed'; readonly assertionId: string; readonly gameId: string; readonly challenger: string }
  /** A game over it ended for the asserter. */
  | { readonly type: 'defended'; readonly assertionId: string; readonly gameId: string }
  | { readonly type: 'defeated'; readonly assertionId: string; readonly gameId: string; readonly asserter: string; readonly bond: bigint }
  /** Answers are taken anew, since all fell. */
  | { readonly type: 'reopened'; readonly deadline: number }
  /** An optimistic consumer heard a first answer, or that it fell. */
  | { readonly type: 'told'; readonly hook: 'onAssertion' | 'onInvalidated' }
  | { readonly type: 'settled'; readonly assertionId: string; readonly asserter: string; readonly output: string }
  | { readonly type: 'delivered' }
  | { readonly type: 'callbackFailed'; readonly hook: Hook; readonly reason: string }
  /** @property partial  some, but too few, answered alike */
  | { readonly type: 'expired'; readonly partial: boolean }
)

const ABOUT_REQUEST = ['InferenceRequested', 'RequestReopened', 'RequestSettled', 'RequestExpired', 'CallbackDelivered', 'CallbackFailed']
const DEFENDER_WINS = 3n
const EXPIRED_PARTIAL = 4n

/**
 * What happened to a request in these blocks, in order.
 * @param assertions  ids that are known already; those that are found are added
 */
export async function readLife(
  client: OpineClient,
  requestId: string,
  assertions: Set<string>,
  from: number,
  to: number,
): Promise<LifeEvent[]> {
  const { provider, oracle, game } = client
  const address = [String(oracle.target), String(game.target)]
  const first = [...hashes(oracle, ABOUT_REQUEST), ...hashes(oracle, ['AssertionDefeated'])]
  const second = [...hashes(oracle, ['AssertionMade']), ...hashes(game, ['GameOpened', 'GameResolved'])]
  for (;;) {
    const known = assertions.size
    const ids = [requestId, ...assertions]
    const logs = [
      ...(await readLogs(provider, { address, topics: [first, ids] }, from, to)),
      ...(await readLogs(provider, { address, topics: [second, null, ids] }, from, to)),
    ]
    const events = logs.sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index).flatMap((log) => eventOf(client, log))
    for (const event of events) if (event.type === 'asserted') assertions.add(event.assertionId)
    // What happened to an assertion is asked for by its id, so a new one is asked for once more.
    if (assertions.size === known) return events
  }
}

const hashes = (contract: Contract, names: readonly string[]): string[] => names.map((name) => contract.interface.getEvent(name)!.topicHash)

function eventOf({ oracle, game }: OpineClient, log: Log): LifeEvent[] {
  const place = { block: log.blockNumber, blockHash: log.blockHash, transaction: log.transactionHash }
  const own = log.address.toLowerCase() === String(oracle.target).toLowerCase() ? oracle : game
  const parsed = (own.interface as Interface).parseLog(log)
  const fact = parsed && factOf(parsed)
  return fact ? [{ ...place, ...fact } as LifeEvent] : []
}

function factOf({ name, args: a }: LogDescription): object | null {
  switch (name) {
    case 'InferenceRequested':
      return {
        type: 'requested',
        consumer: a.consumer,
        versionId: a.versionId,
        deadline: Number(a.terms.deadline),
        callbackGas: Number(a.terms.callbackGas),
      }
    case 'AssertionMade':
      return { type: 'asserted', assertionId: a.assertionId, asserter: a.asserter, output: a.output }
    case 'GameOpened':
      return { type: 'disputed', assertionId: a.assertionId, gameId: a.gameId, challenger: a.challenger }
    case 'GameResolved':
      return a.status === DEFENDER_WINS ? { type: 'defended', assertionId: a.assertionId, gameId: a.gameId } : null
    case 'AssertionDefeated':
      return { type: 'defeated', assertionId: a.assertionId, gameId: a.gameId, asserter: a.asserter, bond: a.bond }
    case 'RequestReopened':
      return { type: 'reopened', deadline: Number(a.deadline) }
    case 'RequestSettled':
      return { type: 'settled', assertionId: a.assertionId, asserter: a.asserter, output: a.output }
    case 'RequestExpired':
      return { type: 'expired', partial: a.status === EXPIRED_PARTIAL }
    case 'CallbackDelivered':
      return HOOKS[Number(a.hook)] === 'onInference' ? { type: 'delivered' } : { type: 'told', hook: HOOKS[Number(a.hook)] }
    case 'CallbackFailed':
      return { type: 'callbackFailed', hook: HOOKS[Number(a.hook)], reason: a.reason }
    default:
      return null
  }
}
