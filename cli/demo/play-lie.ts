import { DEVELOPMENT_CHAINS } from '@opine/node-kit/chain.ts'
import { answerOf, askQuestion, finish, type Play, patienceFor, SEED_BLOCKS } from './play.ts'
import { freePort } from './stage.ts'
import { PROTOCOL } from './terms.ts'

/** The operators' answers in the order of `Hook` in contracts/types/Inference.sol. */
const ASSERTION_HOOK = 0n

/** What an act that was played is about, by its ids. */
export type PlayedLie = { readonly requestId: string; readonly lie: string; readonly game: string }

/** Question, lie, truth, dispute, settlement, reward. Two challengers race. Each wait is bounded. */
export async function playLie(play: Play): Promise<PlayedLie> {
  const { act, stage, director, watch, start } = play
  const { cast } = stage
  const patience = patienceFor(act)
  const port = act.way === 'one-shot' ? await freePort() : undefined
  const url = `ws://127.0.0.1:${port}`
  const serving = port === undefined ? [] : ['--serve', `127.0.0.1:${port}`, '--public-url', url]
  // What is announced on other chains leads no challenger to its own machine.
  const trusted = DEVELOPMENT_CHAINS.includes(stage.deployment.chainId)
  const peers = port === undefined || trusted ? [] : ['--peer', `${cast.liar.address}=${url}`]
  await director.enter(start('liar', '--lie', act.falsehood.text, ...serving))
  if (act.way === 'one-shot') {
    const announced = ({ operator, endpoint }: { readonly [name: string]: unknown }): boolean =>
      operator === cast.liar.address && endpoint !== ''
    await director.until('EndpointAnnounced', 'the address at which the liar serves its traces', patience.answer, announced)
  }
  const { requestId, liveness } = await askQuestion(play)
  await director.until('AssertionMade', "the lying operator's answer", patience.answer, answerOf(requestId, cast.liar.address))
  const { assertionId } = watch.find('AssertionMade', (args) => args.requestId === requestId && args.asserter === cast.liar.address)!
  if (act.consumer.kind === 'optimistic callback') {
    const told = (args: { readonly [name: string]: unknown }): boolean => args.requestId === requestId && args.hook === ASSERTION_HOOK
    await director.until('CallbackDelivered', 'the consumer to be told the first answer', patience.answer, told)
  }

  await director.enter(start('honest'))
  for (const role of ['challenger', 'rival'] as const) await director.enter(start(role, ...peers))
  const ofLie = (args: { readonly [name: string]: unknown }): boolean => args.assertionId === assertionId
  await director.until('AssertionDefeated', 'the dispute to be won', patience.dispute, ofLie)
  await director.until('AssertionMade', "the honest operator's answer", patience.answer, answerOf(requestId, cast.honest.address))
  await director.wait("the other challenger's bond to come back", patience.answer, async () => {
    return watch.count('GameOpened', ofLie) === watch.count('GameResolved', ofLie)
  })

  await director.passTime(liveness + 1, 'nobody disputes the honest answer')
  await finish(play, requestId)
  await director.until('ClaimStarted', "the winner's claim", patience.claim, ofLie)
  await director.passBlocks(SEED_BLOCKS, 'their hashes draw what the claim must open')
  await director.until('ClaimProved', "the claim's proof", patience.claim, ofLie)
  await director.passTime(PROTOCOL.claimWindow + 1, 'others could have claimed as well')
  await director.until('RewardPaid', 'the reward', patience.claim, ofLie)
  await director.dismiss()
  const { gameId } = watch.find('AssertionDefeated', (args) => args.assertionId === assertionId)!
  return { requestId, lie: assertionId, game: gameId }
}
