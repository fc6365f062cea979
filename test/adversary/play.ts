import { Random } from '@opine/models/ir/random.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { tinyInput } from '../model/tiny-program.ts'
import { type Facts, readFacts } from './facts.ts'
import { Past, shuffled } from './past.ts'
import { honestChallenger, honestOperator, janitor, liar, sham, type Wish } from './people.ts'
import { CHALLENGER, CONSUMER, drawPlan, JANITOR, type Plan, SECOND } from './plan.ts'
import type { World } from './world.ts'

const LIVENESS = 7200
/** An honest party moves at latest when so much of a deadline is left, seconds; time never leaps further than half of it. */
const MARGIN = 1200
/** Far above what any schedule took. */
const MOST_TICKS = 600

/** What happened in a schedule. @property refusals  deeds of honest parties that the contracts refused, for another was quicker */
export type Story = {
  readonly plan: Plan
  readonly facts: Facts
  readonly ended: boolean
  readonly ticks: number
  readonly deeds: number
  readonly reorganisations: number
  readonly refusals: readonly string[]
}

/** How honest parties behave, if not as they should: to see that the laws notice. */
export type Changed = { readonly operator?: Wish; readonly challenger?: Wish; readonly janitor?: Wish }
type Party = { readonly honest: boolean; readonly wish: Wish }

/**
 * Plays one schedule to its end: whoever is drawn may move, time leaps, and now and then up to ten blocks are taken back.
 * @param tell  told each deed with its time and its refusal, if it was refused
 */
export async function playSchedule(
  world: World,
  seed: number,
  changed: Changed = {},
  tell: (line: string) => void = () => {},
): Promise<Story> {
  const plan = drawPlan(seed)
  const random = new Random(seed ^ 0x5eed)
  const parties = partiesOf(plan, changed)
  const fromBlock = (await world.head()).number + 1
  for (const input of plan.inputs) {
    await world.after(1)
    await world.arena.ask(CONSUMER, tinyInput(input), { liveness: LIVENESS })
  }
  const past = new Past(world)
  const refusals: string[] = []
  let deeds = 0

  const move = async (facts: Facts, urgent: boolean): Promise<boolean> => {
    for (const { honest, wish } of shuffled(parties, random)) {
      if (!(honest && urgent) && random.chance(0.4)) continue
      const deed = await wish(world, facts, random)
      if (!deed) continue
      past.note(deed)
      deeds++
      const refusal = await world.send(deed)
      tell(
        `${facts.now}  account ${deed.who}  ${deed.name} ${String(deed.args[0]).slice(0, 8)}${refusal === undefined ? '' : `  refused: ${refusal}`}`,
      )
      if (refusal !== undefined && honest) refusals.push(`${deed.who} ${deed.name}: ${refusal.slice(0, 160)}`)
      return true
    }
    return false
  }

  for (let ticks = 1; ticks <= MOST_TICKS; ticks++) {
    await past.begin()
    const facts = await readFacts(world, fromBlock, plan.inputs)
    const urgent = pressing(facts)
    const moved = await move(facts, urgent)
    if (!moved && isOver(facts)) return { plan, facts, ended: true, ticks, deeds, reorganisations: past.reorganisations, refusals }
    if (random.chance(plan.reorganisations)) {
      tell(`${facts.now}  blocks are taken back`)
      await past.reorganise(random)
    } else if (!moved || random.chance(0.5)) {
      // The move may have given the turn to somebody honest whose clock is nearly spent. Where time presses and nobody moved, nobody honest
      // has anything to do in it, unless a claim waits for its block.
      const presses = moved && pressing(await readFacts(world, fromBlock, plan.inputs))
      await world.mine(presses || isClaiming(facts) ? random.between(1, 20) : random.between(1, MARGIN / 2))
    }
  }
  const facts = await readFacts(world, fromBlock, plan.inputs)
  return { plan, facts, ended: false, ticks: MOST_TICKS, deeds, reorganisations: past.reorganisations, refusals }
}

const partiesOf = (plan: Plan, { operator, challenger, janitor: keeper }: Changed): Party[] => [
  { honest: true, wish: operator ?? honestOperator },
  { honest: true, wish: challenger ?? honestChallenger(CHALLENGER) },
  ...(plan.second ? [{ honest: true, wish: challenger ?? honestChallenger(SECOND) }] : []),
  { honest: true, wish: keeper ?? janitor(JANITOR) },
  ...plan.liars.map((part) => ({ honest: false, wish: liar(part) })),
  ...plan.shams.map((part) => ({ honest: false, wish: sham(part) })),
]

/** Whether some time runs out soon: then honest people do not dawdle. */
function pressing({ now, games, assertions, requests }: Facts): boolean {
  const soon = (time: number): boolean => time >= now && time - now < MARGIN
  return (
    games.some(({ status, deadline }) => status === 'IN_PROGRESS' && soon(deadline)) ||
    assertions.some(({ status, assertedAt, request }) => status === 'STANDING' && soon(assertedAt + request.liveness)) ||
    requests.some(({ status, deadline }) => status === 'OPEN' && soon(deadline)) ||
    assertions.some(({ windowEnd }) => soon(windowEnd))
  )
}

/** Whether somebody has begun to claim, and cannot go on before some blocks are mined. */
const isClaiming = ({ number, happenings }: Facts): boolean =>
  happenings.some(({ name, args }) => name === 'ClaimStarted' && number <= Number(args.seedBlock))

/** Whether nothing is left to be decided or paid; a wei lies in the escrow from the deployment on. */
const isOver = ({ requests, assertions, games, rewards }: Facts): boolean =>
  rewards === 1n &&
  requests.every(({ status }) => status !== 'OPEN') &&
  assertions.every(({ status }) => status !== 'STANDING') &&
  games.every(({ status }) => status !== 'IN_PROGRESS')

/** The output that a request must come to. */
export const trueOutput = (world: World, input: number): string => `0x${Buffer.from(outputBytes(world.truth(input))).toString('hex')}`
