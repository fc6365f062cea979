import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { AssertionFact, Facts, GameFact } from './facts.ts'
import { HONEST, type LiarPlan, type ShamPlan } from './plan.ts'
import { assertion, attackMove, challenge, claimProof, defence, ownRoot, shamMove } from './wants.ts'
import type { Deed, World } from './world.ts'

/** What a party would do next as things stand; undefined if nothing. It remembers nothing: after a reorganisation it looks again. */
export type Wish = (world: World, facts: Facts, random: Random) => Promise<Deed | undefined>

const running = ({ status }: GameFact): boolean => status === 'IN_PROGRESS'
const addressOf = ({ arena }: World, who: number): string => arena.addresses[who]!
const expired = ({ now }: Facts, { deadline }: GameFact): boolean => now > deadline
const live = ({ now }: Facts, { assertedAt, request }: AssertionFact): boolean => now < assertedAt + request.liveness
const hasFallen = ({ happenings }: Facts, { assertion: { id } }: GameFact): boolean =>
  happenings.some(({ name, args }) => name === 'AssertionDefeated' && args.assertionId === id)
/** What runs out first comes first. */
const sooner = (a: GameFact, b: GameFact): number => a.deadline - b.deadline
const timeout = (who: number, { id }: GameFact): Deed => ({ who, to: 'game', name: 'timeout', args: [id] })

export const isTrue = (world: World, { asserter, request, root }: AssertionFact): boolean =>
  root === toHex(ownRoot(world, world.arena.addresses.indexOf(asserter), request))

/** Answers everything truly, once, defends it, and ends the games of silent challengers. */
export const honestOperator: Wish = async (world, facts) => {
  const me = addressOf(world, HONEST)
  const ours = facts.games.filter((game) => running(game) && game.assertion.asserter === me).sort(sooner)
  const game = ours.find((candidate) => candidate.turn === 'ASSERTER' && !expired(facts, candidate))
  if (game) return defence(world, HONEST, game, world.truth(game.assertion.request.input))
  const silent = ours.find((candidate) => candidate.turn === 'CHALLENGER' && expired(facts, candidate))
  if (silent) return timeout(HONEST, silent)
  const open = facts.requests.find(({ id, status, deadline }) => {
    const answered = facts.assertions.some((given) => given.request.id === id && given.asserter === me)
    return status === 'OPEN' && !answered && facts.now < deadline
  })
  return open && assertion(world, HONEST, open, world.truth(open.input))
}

/** Disputes everything that is false, plays its games to the end, and claims what they earned. */
export const honestChallenger =
  (who: number): Wish =>
  async (world, facts) => {
    const me = addressOf(world, who)
    const own = facts.games.filter(({ challenger }) => challenger === me)
    for (const game of own.filter(running).sort(sooner)) {
      if (hasFallen(facts, game)) return { who, to: 'game', name: 'refund', args: [game.id] }
      if (game.turn === 'ASSERTER' ? expired(facts, game) : !expired(facts, game))
        return game.turn === 'ASSERTER' ? timeout(who, game) : attackMove(world, who, facts, game)
    }
    const lie = facts.assertions.find((candidate) => {
      const disputed = own.some((game) => game.assertion.id === candidate.id)
      return candidate.status === 'STANDING' && !disputed && live(facts, candidate) && !isTrue(world, candidate)
    })
    if (lie) return challenge(world, who, lie, ownRoot(world, who, lie.request))
    for (const game of own) {
      const deed = await rewardOf(world, facts, who, game)
      if (deed) return deed
    }
    return undefined
  }

/** The next thing for the reward of a won game: to fix the draw, to open what was drawn. */
async function rewardOf(world: World, facts: Facts, who: number, game: GameFact): Promise<Deed | undefined> {
  const { request } = game.assertion
  const said = (name: string) => facts.happenings.find((h) => h.name === name && h.args.gameId === game.id)?.args
  if (game.status !== 'CHALLENGER_WINS' || request.status !== 'SETTLED' || said('ClaimProved')) return undefined
  if (facts.now >= game.assertion.windowEnd) return undefined
  const started = said('ClaimStarted')
  if (!started) return { who, to: 'claims', name: 'startClaim', args: [game.id] }
  if (facts.number <= Number(started.seedBlock)) return undefined
  return claimProof(world, who, game, facts.assertions.find(({ id }) => id === request.settledBy)!)
}

/** Answers falsely, and defends that as long as it likes to. */
export const liar =
  ({ who, lie, answers, haste }: LiarPlan): Wish =>
  async (world, facts, random) => {
    if (!random.chance(haste)) return undefined
    const me = addressOf(world, who)
    const open = facts.requests.find(({ id, status, deadline }) => {
      const answered = facts.assertions.some((given) => given.request.id === id && given.asserter === me)
      return status === 'OPEN' && !answered && facts.now < deadline
    })
    if (open) return assertion(world, who, open, world.lie(open.input, lie))
    const posted = ['NodeRevealed', 'InteriorSworn', 'TotalsSworn']
    const said = facts.happenings.filter(({ name, args }) => {
      return posted.includes(name) && facts.assertions.find(({ id }) => id === args.assertionId)?.asserter === me
    })
    if (said.length >= answers) return undefined
    const game = facts.games.find((g) => running(g) && g.assertion.asserter === me && g.turn === 'ASSERTER' && !expired(facts, g))
    return game && defence(world, who, game, world.lie(game.assertion.request.input, lie))
  }

/** Disputes the truth without a case, with a root of its own or a copied one, and wanders about. */
export const sham =
  ({ who, moves, haste, copies }: ShamPlan): Wish =>
  async (world, facts, random) => {
    if (!random.chance(haste)) return undefined
    const me = addressOf(world, who)
    const own = facts.games.filter(({ challenger }) => challenger === me)
    const game = own.find((g) => running(g) && g.turn === 'CHALLENGER' && !expired(facts, g))
    const made = facts.happenings.filter(({ name, args }) => name === 'Descended' && own.some(({ id }) => id === args.gameId))
    if (game && made.length < moves) return shamMove(world, who, game, world.truth(game.assertion.request.input), random.word() >>> 1)
    const target = facts.assertions.find((candidate) => {
      const disputed = own.some((g) => g.assertion.id === candidate.id)
      return candidate.status === 'STANDING' && !disputed && live(facts, candidate) && isTrue(world, candidate)
    })
    const copied = facts.games.find(({ challenger }) => challenger !== me)?.root
    return target && challenge(world, who, target, copies && copied ? Buffer.from(copied.slice(2), 'hex') : random.bytes(32))
  }

/** Ends what anybody may end: overdue games, requests that are due, bonds that are free, rewards that are proved. */
export const janitor =
  (who: number): Wish =>
  async (world, facts) => {
    const overdue = facts.games.find((game) => running(game) && expired(facts, game))
    if (overdue) return hasFallen(facts, overdue) ? { who, to: 'game', name: 'refund', args: [overdue.id] } : timeout(who, overdue)
    for (const given of facts.assertions.filter(({ status }) => status === 'STANDING')) {
      const [final] = (await world.read('oracle', 'isFinal', given.id)) as unknown as [boolean]
      if (!final) continue
      const { request, output, index } = given
      const first = facts.assertions.find((other) => other.request.id === request.id && other.status === 'STANDING')
      if (request.status === 'OPEN' && first === given) return { who, to: 'oracle', name: 'settle', args: [request.id, output] }
      if (request.status !== 'OPEN') return { who, to: 'oracle', name: 'release', args: [request.id, index] }
    }
    for (const given of facts.assertions.filter(({ status, request }) => status === 'DEFEATED' && request.status === 'SETTLED')) {
      const [reward] = (await world.read('claims', 'rewardOf', given.id)) as unknown as [bigint]
      if (reward > 0n && facts.now > given.windowEnd) return { who, to: 'claims', name: 'payClaim', args: [given.id] }
    }
    return undefined
  }
