import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { ASSERTION_STATUSES, GAME_STATUSES, REQUEST_STATUSES } from '@opine/node-kit/reads.ts'
import { type Act, lieOf, truthOf } from './act.ts'
import { type Cast, NAMES, roleOf } from './cast.ts'
import type { Claim } from './consumers/consumer.ts'
import { type Account, changeOf } from './ledger.ts'
import type { PlayedLie } from './play-lie.ts'
import type { PlayedSham } from './play-sham.ts'
import { signed } from './report.ts'
import type { Stage } from './staging.ts'
import { FEE } from './terms.ts'
import type { ChainWatch } from './watch.ts'

/** What an act's verdict is asked from. @property accounts  of this act alone; `stakes` of the liar before and after it, wei */
export type Evidence = {
  readonly act: Act
  readonly stage: Stage
  readonly watch: ChainWatch
  readonly accounts: readonly Account[]
  readonly stakes: readonly [before: bigint, after: bigint]
}

/** That a lie fell and paid those who caught it; asked from the contracts, not from the story. */
export async function lieClaims({ act, stage, watch, accounts, stakes }: Evidence, played: PlayedLie): Promise<Claim[]> {
  const { contracts, cast } = stage
  const { requestId, lie } = played
  const [assertion, game, openReward, settled] = await Promise.all([
    contracts.oracle.getFunction('assertion')(lie),
    contracts.game.getFunction('game')(played.game),
    contracts.claims.getFunction('rewardOf')(lie) as Promise<bigint>,
    settledClaim(act, stage, requestId),
  ])
  const bond: bigint = watch.find('InferenceRequested', (args) => args.requestId === requestId)!.terms.bond
  const reward: bigint = watch.find('RewardReserved', (args) => args.assertionId === lie)!.amount
  const winner = roleOf(cast, game.challenger) ?? 'challenger'
  const other = winner === 'challenger' ? 'rival' : 'challenger'
  const won = changeOf(accounts, winner)
  const status = ASSERTION_STATUSES[Number(assertion.status)]
  return [
    { claim: 'the false answer is defeated', holds: status === 'DEFEATED', found: String(status) },
    { claim: 'the liar lost its bond', holds: stakes[0] - stakes[1] === bond, found: signed(stakes[1] - stakes[0]) },
    {
      // Its own bond left its wallet for the game: a positive sum means that it came back with the reward.
      claim: `the ${NAMES[winner]} won, and was paid its reward`,
      holds: GAME_STATUSES[Number(game.status)] === 'CHALLENGER_WINS' && openReward === 0n && reward > 0n && won >= reward,
      found: signed(won),
    },
    { claim: `the ${NAMES[other]} lost nothing but gas`, holds: changeOf(accounts, other) >= 0n, found: signed(changeOf(accounts, other)) },
    ...(act.way === 'one-shot' ? [await oneShotClaim(stage, played)] : []),
    settled,
    ...(await act.consumer.claims({ requestId, truth: truthOf(act), lie: lieOf(act) })),
  ]
}

/** That a true answer stood, and that who challenged it paid for it. */
export async function shamClaims(
  { act, stage, watch, accounts }: Evidence,
  { requestId, answer, game: gameId }: PlayedSham,
): Promise<Claim[]> {
  const { contracts } = stage
  const [assertion, game, settled] = await Promise.all([
    contracts.oracle.getFunction('assertion')(answer),
    contracts.game.getFunction('game')(gameId),
    settledClaim(act, stage, requestId),
  ])
  const { delayPrice } = watch.find('InferenceRequested', (args) => args.requestId === requestId)!.terms
  const [lost, gained] = [changeOf(accounts, 'sham'), changeOf(accounts, 'honest')]
  const [status, ended] = [ASSERTION_STATUSES[Number(assertion.status)], GAME_STATUSES[Number(game.status)]]
  const paid = gained >= FEE + game.bond - delayPrice
  return [
    { claim: 'the true answer was not defeated', holds: status !== 'DEFEATED' && status !== 'NONE', found: String(status) },
    { claim: 'the sham challenge failed', holds: ended === 'DEFENDER_WINS', found: String(ended) },
    { claim: 'the sham challenger lost its bond', holds: lost === -BigInt(game.bond), found: signed(lost) },
    { claim: 'the honest operator got it, less the price of the delay, and its fee', holds: paid, found: signed(gained) },
    settled,
    ...(await act.consumer.claims({ requestId, truth: truthOf(act) })),
  ]
}

/** The request is over, with the honest operator's answer, which is the true one. */
async function settledClaim(act: Act, { contracts, cast }: Stage, requestId: string): Promise<Claim> {
  const request = await contracts.oracle.getFunction('request')(requestId)
  const asserter: string = await contracts.oracle.getFunction('asserterOf')(request.settledBy)
  const bytes: boolean = await contracts.oracle.getFunction('checkOutput')(requestId, request.settledBy, toHex(truthOf(act)))
  const status = REQUEST_STATUSES[Number(request.status)]
  const holds = status === 'SETTLED' && request.delivered && asserter === cast.honest.address && bytes
  return { claim: "the request settled with the honest operator's true answer", holds, found: `${status}, ${nameOf(cast, asserter)}` }
}

/** All the way from the root to the proof lies in the transaction that ended the game. */
async function oneShotClaim({ contracts }: Stage, { game: gameId }: PlayedLie): Promise<Claim> {
  const { filters } = contracts.game
  const found = await Promise.all(
    [filters.Descended!(gameId), filters.LaneChosen!(gameId), filters.GameResolved!(gameId)].map((f) => contracts.game.queryFilter(f)),
  )
  const transactions = new Set(found.flat().map(({ transactionHash }) => transactionHash))
  return {
    claim: 'the lie was proved in one transaction',
    holds: transactions.size === 1,
    found: `${found.flat().length} events in ${transactions.size}`,
  }
}

const nameOf = (cast: Cast, address: string): string => NAMES[roleOf(cast, address)!] ?? address
