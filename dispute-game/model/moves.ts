import type { Evaluation } from '../game/types.ts'
import { depthOf } from '../merkle/position.ts'
import { isExpired } from './clock.ts'
import { depthAt, factsOf, type Ground, levelsAt, sameOath } from './ground.ts'
import { honestAttack } from './honest.ts'
import { bookAt, nothingToPost, placeKey } from './places.ts'
import type { ModelGame, ModelMove, ModelState, Sender, World } from './state.ts'

/**
 * Everything that somebody may want to do in a state, besides waiting: honest parties keep to their strategies at a time of their own choice,
 * liars and sham challengers do anything, strangers reveal, step, claim timeouts and settle. Some of it may be refused.
 */
export function wishes(world: World, state: ModelState): ModelMove[] {
  const moves: ModelMove[] = []
  world.assertions.forEach((_, assertion) => {
    if (!state.assertions[assertion] && state.now <= state.deadline) moves.push({ kind: 'assert', assertion })
  })
  world.games.forEach(({ assertion, honest }, game) => {
    const open = state.games[game]
    // An honest challenger has nothing to win against the truth.
    if (!open && state.assertions[assertion] && !(honest && world.assertions[assertion]!.honest)) {
      moves.push({ kind: 'open', game, by: 'CHALLENGER' })
    }
    if (open?.status === 'IN_PROGRESS') inGame(world, state, game, open, moves)
  })
  if (state.request === 'OPEN') moves.push({ kind: 'settle' }, { kind: 'expire' })
  return moves
}

function inGame(world: World, state: ModelState, slot: number, game: ModelGame, moves: ModelMove[]): void {
  const { assertion: at, honest } = world.games[slot]!
  const { ground, honest: asserterIsHonest } = world.assertions[at]!
  const assertion = state.assertions[at]!
  const stranger = { game: slot, by: 'STRANGER' } as const
  if (assertion.status === 'DEFEATED') {
    moves.push({ kind: 'refund', ...stranger })
    if (world.flaw !== 'GAMES_OUTLIVE_KILL') return
  }
  if (isExpired(game, state.now)) moves.push({ kind: 'timeout', ...stranger })
  const posted = nothingToPost(ground, game) || bookAt(assertion.posted, placeKey(ground, game)) >= 0
  if (!posted) moves.push(...postings(world, slot, game, ground, asserterIsHonest))
  if (!asserterIsHonest) moves.push(...contradictions(slot, game, ground))
  if (world.flaw === 'PICKS_BEFORE_OATH' && (game.phase === 'TENSOR' || game.phase === 'LANE')) {
    moves.push(...postings(world, slot, { ...game, phase: 'KERNEL' }, ground, asserterIsHonest))
  }
  const dead = assertion.status === 'DEFEATED'
  if (isExpired(game, state.now) || (honest && dead)) return
  if (game.phase === 'LANE') moves.push(...steps(slot, game, ground))
  else if (honest) moves.push(...honestAttack(world, state, slot))
  else moves.push(...descents(slot, game, ground, 'CHALLENGER'))
  if (honest && world.flaw === 'ANYBODY_DESCENDS') moves.push(...descents(slot, game, ground, 'STRANGER'))
}

function postings(world: World, slot: number, game: ModelGame, ground: Ground, honest: boolean): ModelMove[] {
  if (game.phase === 'TRACE' || game.phase === 'TENSOR') return [{ kind: 'reveal', game: slot, by: 'STRANGER' }]
  const kind = game.phase === 'KERNEL' ? 'swearInterior' : 'swearTotals'
  const books = ground.books.flatMap((_, book) => (isFirst(ground, game, book) ? [book] : []))
  const own = honest ? [0] : books
  const moves: ModelMove[] = own.map((book) => ({ kind, game: slot, book, by: 'ASSERTER' }))
  if (world.flaw === 'STRANGERS_SWEAR') moves.push(...books.map((book) => ({ kind, game: slot, book, by: 'STRANGER' }) as const))
  return moves
}

/** Of the books that say the same at a place, the first stands for all. */
const isFirst = (ground: Ground, game: ModelGame, book: number): boolean =>
  ground.books.findIndex((_, other) => sameOath(ground, game, other, book)) === book

function contradictions(slot: number, game: ModelGame, ground: Ground): ModelMove[] {
  if (game.phase !== 'KERNEL' && game.phase !== 'LANE') return []
  const other = ground.books.findIndex((_, book) => !sameOath(ground, game, 0, book))
  return other < 0 ? [] : [{ kind: 'proveTwoOaths', game: slot, by: 'STRANGER', one: 0, other }]
}

function steps(slot: number, { kernel }: ModelGame, ground: Ground): ModelMove[] {
  const { blocks } = factsOf(ground, kernel)
  const step = (evaluation: Evaluation, block: number): ModelMove => ({ kind: 'step', game: slot, by: 'STRANGER', evaluation, block })
  return blocks <= 1 ? [step('ELEMENT', 0)] : [step('RESULT', 0), ...Array.from({ length: blocks }, (_, block) => step('BLOCK', block))]
}

/** Every descent and pick, by the levels of a reveal and to the bottom. */
function descents(slot: number, game: ModelGame, ground: Ground, by: Sender): ModelMove[] {
  const { kernel } = game
  if (game.phase === 'KERNEL') {
    const { first } = factsOf(ground, kernel)
    return Array.from({ length: kernel - first + 1 }, (_, i) => ({ kind: 'pick', game: slot, by, kernel: first + i }))
  }
  const left = depthAt(ground, game) - depthOf(game.position)
  const moves: ModelMove[] = []
  for (const levels of new Set([levelsAt(ground, game), left])) {
    for (let child = 0; child < 2 ** levels; child++) {
      if (game.phase === 'TRACE') moves.push({ kind: 'descendTrace', game: slot, by, levels, child })
      else {
        const lanes = levels === left ? factsOf(ground, kernel).lanes : 1
        for (let lane = 0; lane < lanes; lane++) moves.push({ kind: 'descendTensor', game: slot, by, levels, child, lane })
      }
    }
  }
  return moves
}
