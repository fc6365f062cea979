import { OpineError } from '../errors.ts'
import { isExpired } from './clock.ts'
import { honestAttack, honestStep, mayWait } from './honest.ts'
import { keyOf } from './key.ts'
import { brokenLaw, brokenPassage, isOver } from './laws.ts'
import { longestPaths } from './longest.ts'
import { wishes } from './moves.ts'
import { apply } from './rules.ts'
import { type ModelMove, type ModelState, opening, type World } from './state.ts'

/**
 * What an exploration found.
 * @property broken   the law that is broken, and the play that breaks it
 * @property turns    the most turns of each game, over all plays
 * @property seconds  the most seconds that each game was open over a standing assertion
 * @property finality the most seconds from the honest assertion, or else from the beginning, to the end of the request
 */
export type Exploration = {
  readonly states: number
  readonly transitions: number
  readonly ends: number
  readonly broken?: { readonly law: string; readonly play: readonly ModelMove[] }
  readonly turns: readonly number[]
  readonly seconds: readonly number[]
  readonly finality: number
}

/** Where a state was first reached from. */
type Reached = { readonly parent: number; readonly move: ModelMove | null }

/** Visits every reachable state, breadth first, and looks at every law in each; the first broken one ends it. */
export function explore(world: World, most = 5_000_000): Exploration {
  const start = opening(world)
  const ids = new Map<string, number>([[keyOf(world, start), 0]])
  const reached: Reached[] = [{ parent: -1, move: null }]
  const edges: number[] = []
  let frontier: readonly (readonly [number, ModelState])[] = [[0, start]]
  let ends = 0
  const nothing = { turns: [], seconds: [], finality: 0 }
  const count = () => ({ states: ids.size, transitions: edges.length / 3, ends })
  const breaks = (law: string, at: number, ...last: ModelMove[]): Exploration => ({
    ...count(),
    ...nothing,
    broken: { law, play: [...playTo(reached, at), ...last] },
  })
  while (frontier.length > 0) {
    const next: [number, ModelState][] = []
    for (const [id, state] of frontier) {
      const law = brokenLaw(world, state) ?? speechless(world, state)
      if (law) return breaks(law, id)
      const before = edges.length
      for (const [move, after] of successors(world, state)) {
        const passage = brokenPassage(world, state, after)
        if (passage) return breaks(passage, id, move)
        const key = keyOf(world, after)
        let to = ids.get(key)
        if (to === undefined) {
          to = ids.size
          ids.set(key, to)
          reached.push({ parent: id, move })
          next.push([to, after])
        }
        if (to !== id) edges.push(id, to, weightOf(world, state, after, move))
      }
      if (edges.length === before) {
        if (!isOver(state)) return breaks('nobody has a move', id)
        ends++
      }
      if (ids.size > most) throw new RangeError(`more than ${most} states`)
    }
    frontier = next
  }
  const longest = longestPaths(ids.size, edges, 1 + 2 * world.games.length)
  if (!longest) return breaks('a play goes on for ever', 0)
  const games = world.games.length
  return { ...count(), finality: longest[0]!, turns: longest.slice(1, 1 + games), seconds: longest.slice(1 + games) }
}

function* successors(world: World, state: ModelState): Generator<readonly [ModelMove, ModelState]> {
  for (const move of wishes(world, state)) {
    const after = apply(world, state, move)
    if (typeof after !== 'string' && after !== state) yield [move, after]
  }
  for (const seconds of mayWait(world, state) ? [0, 1] : [0]) {
    const move: ModelMove = { kind: 'wait', seconds }
    const after = apply(world, state, move)
    if (typeof after !== 'string' && (seconds > 0 || state.games.some((game) => game?.fresh))) yield [move, after]
  }
}

/** An honest challenger in turn has its move, and the rules take it; an honest asserter likewise. */
function speechless(world: World, state: ModelState): string | undefined {
  try {
    return refused(world, state)
  } catch (error) {
    if (error instanceof OpineError && error.code === 'NOTHING_DIFFERS') return 'an honest challenger was led where nothing differs'
    throw error
  }
}

function refused(world: World, state: ModelState): string | undefined {
  for (const [slot, game] of state.games.entries()) {
    const { assertion, honest } = world.games[slot]!
    if (game?.status !== 'IN_PROGRESS' || state.assertions[assertion]!.status !== 'STANDING' || isExpired(game, state.now)) continue
    if (game.turn === 'ASSERTER' && world.assertions[assertion]!.honest) {
      const kind = game.phase === 'KERNEL' ? 'swearInterior' : game.phase === 'LANE' ? 'swearTotals' : 'reveal'
      const after = apply(world, state, { kind, game: slot, book: 0, by: 'ASSERTER' } as ModelMove)
      if (typeof after === 'string' || after.games[slot]!.turn !== 'CHALLENGER') return 'an honest asserter has no move'
    }
    if (!honest) continue
    const strategy =
      game.phase !== 'LANE' ? honestAttack(world, state, slot) : game.turn === 'CHALLENGER' ? [honestStep(world, state, slot)] : []
    if (game.fresh) continue
    for (const move of strategy) {
      const refusal = apply(world, state, move)
      if (typeof refusal === 'string') return `the honest challenger's ${move.kind} is refused: ${refusal}`
    }
    if (strategy.length === 0 && game.turn === 'CHALLENGER') return 'an honest challenger has no move'
  }
  return undefined
}

const POSTINGS = new Set(['reveal', 'swearInterior', 'swearTotals'])
const DESCENTS = new Set(['descendTrace', 'descendTensor', 'pick', 'step', 'proveTwoOaths'])

/** Bits: 0 a second on the way to finality; then one for each game that made a turn, and one for each that was open for a second. */
function weightOf(world: World, before: ModelState, after: ModelState, move: ModelMove): number {
  let bits = 0
  const games = world.games.length
  if (move.kind === 'wait') {
    const honest = world.assertions.findIndex((assertion) => assertion.honest)
    const counting = honest < 0 || before.assertions[honest] !== null
    if (move.seconds > 0 && counting && before.request === 'OPEN') bits |= 1
    before.games.forEach((game, slot) => {
      const standing = before.assertions[world.games[slot]!.assertion]?.status === 'STANDING'
      if (move.seconds > 0 && game?.status === 'IN_PROGRESS' && standing) bits |= 1 << (1 + games + slot)
    })
  } else if ('game' in move && DESCENTS.has(move.kind)) bits |= 1 << (1 + move.game)
  else if (POSTINGS.has(move.kind)) {
    after.games.forEach((game, slot) => {
      if (game && game.turn !== before.games[slot]?.turn) bits |= 1 << (1 + slot)
    })
  }
  return bits
}

function playTo(reached: readonly Reached[], id: number): ModelMove[] {
  const moves: ModelMove[] = []
  for (let at = id; at > 0; at = reached[at]!.parent) moves.push(reached[at]!.move!)
  return moves.reverse()
}
