import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import type { Deed } from '@opine/node-kit/deed.ts'
import { type DeedTerms, nextDeed } from '@opine/node-kit/manual/deed.ts'
import { gameFacts, spanText } from '@opine/node-kit/manual/facts.ts'
import { type Found, shortId } from '@opine/node-kit/manual/find.ts'
import { type Answer, proposalAnswer } from '@opine/node-kit/manual/session.ts'
import type { View } from '@opine/node-kit/manual/view.ts'
import type { Values } from '@opine/node-kit/setting.ts'
import type { Answers } from '../answers.ts'
import type { ORACLE_NODE_SETTINGS } from '../settings.ts'
import { type Actor, strategiesOf } from './strategies.ts'

const NO_LIMIT = 2n ** 128n
/** What ends a request, or belongs to that. */
const ENDS: readonly string[] = ['settle', 'expire', 'release', 'tell', 'tellFall']

/** Who acts, and what it would answer. */
export const actorOf = (
  { minFee, maxBond }: Pick<Values<typeof ORACLE_NODE_SETTINGS>, 'minFee' | 'maxBond'>,
  { wallet }: DeedTerms,
  models: readonly LoadedModel[],
): Actor => ({
  wallet,
  models,
  acceptance: { minFee, maxBond: maxBond ?? NO_LIMIT, margin: 10, confirmations: 0 },
})

/** The own next move in a game, or the next step of a request: what the daemon would do now. */
export async function move(view: View, actor: Actor, { kind, id }: Found, terms: DeedTerms): Promise<Answer> {
  const { journal, head } = view
  const deed = await nextDeed(view, terms, async (sending, store) => {
    const { requests, defence, answers } = strategiesOf(view, actor, sending, store)
    if (kind === 'request') return requests.advance(id, head)
    await requireOwn(view, id, answers, actor)
    return defence.advance(id, journal.game(id)!, head)
  })
  const why = deed ? '' : kind === 'game' ? await whyNoMove(view, id) : 'nothing is to be done for this request now'
  return proposalAnswer(deed, why)
}

/** What ends a request: its settlement, its expiry, the release of a bond. @throws {OpineError} `NOT_AT_END` where it is to be answered first */
export function settle(view: View, actor: Actor, request: Found, terms: DeedTerms): Promise<Answer> {
  const accept = ({ facts: { kind } }: Deed): void => {
    if (ENDS.includes(kind)) return
    const message = `the next step of this request is ${kind}, and there is nothing to settle; opine oracle-node move ${shortId(request.id)} takes it`
    throw new OpineError('NOT_AT_END', message, { requestId: request.id, kind })
  }
  return move(view, actor, request, { ...terms, accept })
}

/** The answer that is defended must be the one that was asserted: what this machine derives, or what the daemon's records say. */
async function requireOwn({ journal }: View, gameId: Hex, answers: Answers, { wallet }: Actor): Promise<void> {
  const { assertionId } = journal.game(gameId)!
  const { requestId, asserter, traceRoot } = journal.assertion(assertionId)!
  if (asserter !== wallet.address) {
    const message = `game ${shortId(gameId)} is over an assertion of ${asserter}, not of ${wallet.address}; give that account's key by --key-file`
    throw new OpineError('NOT_YOUR_GAME', message, { gameId, asserter, account: wallet.address })
  }
  const record = answers.own(requestId)
  if (record ? record.assertionId === assertionId : (await answers.trueRoot(requestId, asserter)) === traceRoot) return
  const message = `this machine derives another answer than the one asserted (${traceRoot}); it cannot be defended with it: opine oracle-node run-trace ${shortId(requestId)} compares them`
  throw new OpineError('NOT_OWN_ANSWER', message, { gameId, requestId, traceRoot })
}

async function whyNoMove(view: View, gameId: Hex): Promise<string> {
  const { status, fallen, turn, left } = await gameFacts(view, gameId)
  if (status !== 'IN_PROGRESS') return `the game is over: ${status}`
  if (fallen) return 'the assertion fell in another game'
  if (turn === 'CHALLENGER') return `it is the challenger's turn; it has ${spanText(left)} left`
  return 'the own time is over: anybody can end this game now, and the bond is lost'
}
