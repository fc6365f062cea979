import { EVALUATIONS } from '@opine/dispute-game/game/types.ts'
import { depthOf } from '@opine/dispute-game/merkle/position.ts'
import { leftOf } from '@opine/dispute-game/model/clock.ts'
import { depthAt, levelsAt } from '@opine/dispute-game/model/ground.ts'
import { wishes } from '@opine/dispute-game/model/moves.ts'
import { apply, livenessEnd } from '@opine/dispute-game/model/rules.ts'
import type { ModelMove, ModelState, Sender, World } from '@opine/dispute-game/model/state.ts'
import type { Random } from '@opine/models/ir/random.ts'

/** Seconds until the next move: mostly few, now and then just until, or just after, something runs out. */
export function drawDelay(world: World, state: ModelState, random: Random): number {
  if (random.chance(0.9)) return random.pick([1, 1, 2, 7])
  const ends = state.games.flatMap((game) => (game?.status === 'IN_PROGRESS' ? [game.since + leftOf(game)] : []))
  for (const assertion of state.assertions) if (assertion?.status === 'STANDING') ends.push(livenessEnd(world, assertion))
  ends.push(state.deadline)
  const delay = random.pick(ends) - state.now + random.below(2)
  return delay > 0 ? delay : 1
}

/** How often a kind of move is drawn, so that walks get deep before they end. */
const WEIGHTS: Readonly<Record<ModelMove['kind'], number>> = {
  wait: 0,
  assert: 6,
  open: 6,
  reveal: 8,
  swearInterior: 8,
  swearTotals: 8,
  descendTrace: 8,
  pick: 8,
  descendTensor: 8,
  step: 6,
  timeout: 2,
  refund: 2,
  settle: 1,
  expire: 1,
  proveTwoOaths: 0.2,
}

/** A move: mostly one that is accepted, often one that somebody may wish, at times any. */
export function drawMove(world: World, state: ModelState, random: Random): ModelMove {
  if (random.chance(0.25)) return wild(world, state, random)
  const wanted = wishes(world, state)
  const legal = wanted.filter((move) => typeof apply(world, state, move) !== 'string')
  if (legal.length === 0 || random.chance(0.1)) return wanted.length > 0 ? random.pick(wanted) : wild(world, state, random)
  const kinds = [...new Set(legal.map((move) => move.kind))]
  let at = random.below(1000) / 1000
  const total = kinds.reduce((sum, kind) => sum + WEIGHTS[kind], 0)
  const kind = kinds.find((one) => {
    at -= WEIGHTS[one] / total
    return at < 0
  })
  return random.pick(legal.filter((move) => move.kind === (kind ?? kinds[0])))
}

/** Games in which there is something to do, if there are any. */
function lively(state: ModelState): number[] {
  const all = state.games.map((_, slot) => slot)
  const open = all.filter((slot) => state.games[slot]?.status === 'IN_PROGRESS')
  return open.length > 0 ? open : all
}

function wild(world: World, state: ModelState, random: Random): ModelMove {
  const slot = random.pick(random.chance(0.9) ? lively(state) : state.games.map((_, any) => any))
  const game = state.games[slot]
  const { ground } = world.assertions[world.games[slot]!.assertion]!
  const book = (): number => random.below(ground.books.length)
  const by = random.pick<Sender>(['ASSERTER', 'CHALLENGER', 'CHALLENGER', 'STRANGER'])
  const mine = { game: slot, by }
  const left = game ? depthAt(ground, game) - depthOf(game.position) : 1
  const levels = game ? random.pick([levelsAt(ground, game), left, random.below(4)]) : 1
  const child = random.below(2 ** levels + 1)
  const moves: readonly (() => ModelMove)[] = [
    () => ({ kind: 'assert', assertion: random.below(world.assertions.length) }),
    () => ({ kind: random.pick(['settle', 'expire'] as const) }),
    () => ({ kind: 'open', game: slot, by: 'CHALLENGER' }),
    () => ({ kind: random.pick(['reveal', 'timeout', 'refund'] as const), ...mine }),
    () => ({ kind: random.pick(['swearInterior', 'swearTotals'] as const), ...mine, book: book() }),
    () => ({ kind: 'proveTwoOaths', ...mine, one: book(), other: book() }),
    () => ({ kind: 'descendTrace', ...mine, levels, child }),
    () => ({ kind: 'pick', ...mine, kernel: random.below(ground.truth.kernels) }),
    () => ({ kind: 'descendTensor', ...mine, levels, child, lane: random.below(9) }),
    () => ({ kind: 'step', ...mine, evaluation: random.pick(EVALUATIONS), block: random.below(4) }),
  ]
  // Half of them fit the phase, so that they are refused for something else.
  const fitting = game && random.chance(0.5) ? FITTING[game.phase] : undefined
  return moves[fitting ? random.pick(fitting) : random.below(moves.length)]!()
}

/** Places in the list of wild moves. */
const FITTING = { TRACE: [3, 6, 6], KERNEL: [4, 4, 5, 7, 7], TENSOR: [3, 8, 8], LANE: [4, 5, 9, 9] } as const
