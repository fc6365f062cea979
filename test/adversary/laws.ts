import { isTrue } from './people.ts'
import { HONEST, HONEST_PEOPLE, PEOPLE } from './plan.ts'
import { type Story, trueOutput } from './play.ts'
import type { World } from './world.ts'

/** What everybody owned before a schedule. */
export type Fortunes = ReadonlyMap<number, bigint>

export async function fortunes(world: World): Promise<Fortunes> {
  const entries: [number, bigint][] = []
  for (const who of PEOPLE) entries.push([who, await world.wealth(who)])
  return new Map(entries)
}

/** What the laws of docs/INVARIANTS.md say of a schedule that has ended; empty if all hold. */
export async function violations(world: World, story: Story, before: Fortunes): Promise<string[]> {
  const end = story.ended ? [] : [`the schedule did not end within ${story.ticks} ticks`]
  const found = [
    ...end,
    ...answers(world, story),
    ...lies(world, story),
    ...once(world, story),
    ...games(world, story),
    ...rewards(world, story),
  ]
  return [...found, ...(await solvency(world)), ...(await losses(world, before))]
}

/** The right answer settles every request. */
const answers = (world: World, { facts }: Story): string[] =>
  facts.requests.flatMap((request) => {
    const settled = facts.assertions.find(({ id }) => id === request.settledBy)
    if (request.status === 'SETTLED' && settled && isTrue(world, settled) && settled.output === trueOutput(world, request.input)) return []
    return [
      `request ${request.id} ended ${request.status}, settled by ${settled ? (isTrue(world, settled) ? 'the truth' : 'a lie') : 'nothing'}`,
    ]
  })

/** Every lie falls, no truth does, and no bond is left locked. */
const lies = (world: World, { facts }: Story): string[] =>
  facts.assertions.flatMap((assertion) => {
    const wanted = isTrue(world, assertion) ? 'RELEASED' : 'DEFEATED'
    return assertion.status === wanted
      ? []
      : [`assertion ${assertion.id}, ${wanted === 'DEFEATED' ? 'a lie' : 'true'}, ended ${assertion.status}`]
  })

/** The honest operator answers each request once. */
const once = (world: World, { facts }: Story): string[] =>
  facts.requests.flatMap(({ id }) => {
    const given = facts.assertions.filter(({ request, asserter }) => request.id === id && asserter === world.arena.addresses[HONEST])
    return given.length === 1 ? [] : [`request ${id} has ${given.length} answers of the honest operator`]
  })

/** Every game is over, and no honest challenger lost one. */
const games = (world: World, { facts }: Story): string[] =>
  facts.games.flatMap(({ id, status, challenger }) => {
    const honest = HONEST_PEOPLE.some((who) => world.arena.addresses[who] === challenger)
    if (status === 'IN_PROGRESS') return [`game ${id} never ended`]
    return honest && status === 'DEFENDER_WINS' ? [`an honest challenger lost game ${id}`] : []
  })

/** Whoever brought a lie down is paid for it. */
const rewards = (world: World, { facts }: Story): string[] =>
  facts.games.flatMap(({ id, status, challenger, assertion }) => {
    const honest = HONEST_PEOPLE.some((who) => world.arena.addresses[who] === challenger)
    const killed = facts.happenings.some(({ name, args }) => name === 'AssertionDefeated' && args.gameId === id)
    if (!honest || status !== 'CHALLENGER_WINS' || !killed) return []
    const paid = facts.happenings.some(
      ({ name, args }) => name === 'RewardPaid' && args.assertionId === assertion.id && args.challenger === challenger,
    )
    return paid ? [] : [`the reward of game ${id} was not paid to its honest challenger`]
  })

/** The vault holds what it owes, to the wei; no other contract holds anything. */
export async function solvency(world: World): Promise<string[]> {
  const { deployment, addresses } = world.arena
  let owed = 0n
  for (const address of [deployment.oracle, deployment.game, deployment.claims, deployment.attestations, ...addresses]) {
    const [[payout], [stake], [unbonding]] = await Promise.all([
      world.read('operators', 'payoutOf', address),
      world.read('operators', 'stakeOf', address),
      world.read('operators', 'unbondingOf', address),
    ])
    owed += payout + stake + unbonding
  }
  const held = await world.balance(deployment.operators)
  const others = await Promise.all([deployment.oracle, deployment.game, deployment.claims].map((address) => world.balance(address)))
  return [
    ...(held === owed ? [] : [`the vault holds ${held} wei and owes ${owed}`]),
    ...(others.every((balance) => balance === 0n) ? [] : ['a contract besides the vault holds money']),
  ]
}

/** Nobody who keeps to the rules is poorer. */
async function losses(world: World, before: Fortunes): Promise<string[]> {
  const found: string[] = []
  for (const who of HONEST_PEOPLE) {
    const change = (await world.wealth(who)) - before.get(who)!
    if (change < 0n) found.push(`account ${who}, honest, lost ${-change} wei`)
  }
  return found
}
