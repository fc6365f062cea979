import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { answerOf, askQuestion, finish, type Play, patienceFor } from './play.ts'
import { Sham } from './sham.ts'
import { PROTOCOL } from './terms.ts'

export type PlayedSham = { readonly requestId: string; readonly answer: string; readonly game: string }

/** Question, truth, a challenge without ground, its refusal, its silence, settlement. The real challengers look on. */
export async function playSham(play: Play): Promise<PlayedSham> {
  const { act, stage, director, watch, start } = play
  const patience = patienceFor(act)
  for (const role of ['honest', 'challenger', 'rival'] as const) await director.enter(start(role))
  const { requestId, liveness } = await askQuestion(play)
  const honest = answerOf(requestId, stage.cast.honest.address)
  await director.until('AssertionMade', "the honest operator's answer", patience.answer, honest)
  const { assertionId } = watch.find('AssertionMade', (args) => args.requestId === requestId)!

  const sham = new Sham(act, stage, watch, assertionId as Hex)
  await director.say('somebody bets on a true answer being given up, and computes a false trace to challenge it with')
  await sham.open()
  await director.wait('the sham challenge to be refused', patience.dispute, () => sham.move())
  await director.catchUp()
  const ofSham = (args: { readonly [name: string]: unknown }): boolean => args.gameId === sham.gameId
  await director.say('the contract recomputed what the sham challenger contends, and found what was sworn; there is no move left for it')
  await director.passTime(PROTOCOL.clock + 1, 'the sham challenger is silent until its clock runs out')
  await director.until('GameResolved', 'the game to end', patience.settlement, ofSham)
  await director.passTime(liveness, 'nobody else disputes the honest answer')
  await finish(play, requestId)
  await director.dismiss()
  return { requestId, answer: assertionId, game: sham.gameId }
}
