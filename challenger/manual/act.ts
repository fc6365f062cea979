import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import type { Deed } from '@opine/node-kit/deed.ts'
import { type DeedTerms, nextDeed, type Proposal } from '@opine/node-kit/manual/deed.ts'
import { gameFacts, spanText } from '@opine/node-kit/manual/facts.ts'
import { type Found, shortId } from '@opine/node-kit/manual/find.ts'
import { type Answer, proposalAnswer } from '@opine/node-kit/manual/session.ts'
import type { View } from '@opine/node-kit/manual/view.ts'
import { readGame } from '@opine/node-kit/reads.ts'
import { type ExactStep, tryExactStep } from '../exact-step.ts'
import { type Strategies, strategiesOf, truthOf } from './strategies.ts'

const byModels = (
  view: View,
  models: readonly LoadedModel[],
  terms: DeedTerms,
  step: (strategies: Strategies) => Promise<unknown>,
): Promise<Proposal | null> => nextDeed(view, terms, (sending, store) => step(strategiesOf(view, models, sending, store)))

/** The next move of a game, or the next step to one over an assertion: what the daemon would do now. */
export async function move(view: View, models: readonly LoadedModel[], { kind, id }: Found, terms: DeedTerms): Promise<Answer> {
  const { journal, head } = view
  const deed = await byModels(view, models, terms, async ({ games, assertions }) => {
    if (kind === 'assertion') return assertions.advance(id, journal.assertion(id)!, head)
    await requireOwn(view, id, terms.wallet.address)
    return games.advance(id, journal.game(id)!, head)
  })
  return proposalAnswer(
    deed,
    deed
      ? ''
      : kind === 'game'
        ? await whyNoMove(view, id)
        : 'nothing is to be done: the assertion is true, over, or disputed by this account already',
  )
}

/**
 * The final step of a game alone, with what the asserter claims and what the verifier computes.
 * @throws {OpineError} `NOT_AT_STEP` before it comes to that
 */
export async function step(view: View, models: readonly LoadedModel[], game: Found, terms: DeedTerms): Promise<Answer> {
  let found: ExactStep | undefined
  const accept = async ({ facts: { kind, phase }, data }: Deed): Promise<void> => {
    if (kind === 'step') {
      found = await exactStepOf(view, models, game.id, data)
      return
    }
    const next = `opine challenger move ${shortId(game.id)} makes it`
    const message = `the game is in phase ${String(phase)}, and its next move is ${kind}, not the final step; ${next}`
    throw new OpineError('NOT_AT_STEP', message, { gameId: game.id, phase, kind })
  }
  const { json, text } = await move(view, models, game, { ...terms, accept })
  if (!found) return { json, text }
  const { claimed, computed, witness } = found
  const said = computed.kind === 'value' ? bits(computed.value) : computed.reason
  const lines = [`claimed      ${bits(claimed)}, by the asserter`, `computed     ${said}, by the verifier`, `witness      ${witness} bytes`]
  return { json: { ...json, claimed: bits(claimed), computed: said, witness }, text: [...lines, ...text] }
}

async function exactStepOf(view: View, models: readonly LoadedModel[], gameId: Hex, data: string): Promise<ExactStep> {
  const { chain, journal } = view
  const { requestId, asserter, traceRoot: root } = journal.assertion(journal.game(gameId)!.assertionId)!
  const truth = truthOf(view, models)
  const ground = { model: truth.model(requestId), trace: await truth.trace(requestId), root, salt: truth.salt(requestId, asserter) }
  const { view: at } = await readGame(chain.contracts, gameId)
  return tryExactStep(chain.provider, chain.contracts, { ...ground, view: at }, data)
}

const bits = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`

/** The next thing towards the reward of a game. */
export async function claim(view: View, models: readonly LoadedModel[], { id }: Found, terms: DeedTerms): Promise<Answer> {
  const { journal, head } = view
  const { assertionId } = journal.game(id)!
  await requireOwn(view, id, terms.wallet.address)
  const { status, fallen } = await gameFacts(view, id)
  if (status === 'IN_PROGRESS') {
    const next = fallen ? 'its bond comes back by opine challenger move' : 'it is not won yet; opine challenger move plays it'
    throw new OpineError('GAME_RUNS', `game ${shortId(id)} is in progress: ${next}`, { gameId: id })
  }
  let over = false
  const deed = await byModels(view, models, terms, async ({ rewards }) => {
    over = await rewards.advance(id, assertionId, status === 'CHALLENGER_WINS', head)
  })
  return proposalAnswer(
    deed,
    over
      ? 'there is nothing to be had, or it is paid already'
      : 'nothing is to be done yet: a block, the window or the settlement has to come first',
  )
}

async function requireOwn(view: View, gameId: Hex, account: string): Promise<void> {
  const { challenger } = view.journal.game(gameId)!
  if (challenger === account) return
  const message = `game ${shortId(gameId)} is ${challenger}'s, not ${account}'s; give that account's key by --key-file`
  throw new OpineError('NOT_YOUR_GAME', message, { gameId, challenger, account })
}

async function whyNoMove(view: View, gameId: Hex): Promise<string> {
  const { status, turn, left } = await gameFacts(view, gameId)
  if (status !== 'IN_PROGRESS') return `the game is over: ${status}; opine challenger claim ${shortId(gameId)} looks after its reward`
  if (turn === 'ASSERTER') return `it is the asserter's turn; it has ${spanText(left)} left`
  return 'the own time is over: anybody can end this game now, and the bond is lost'
}
