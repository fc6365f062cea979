import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { viewOf } from '@opine/dispute-game/model/ground.ts'
import { oathsAt } from '@opine/dispute-game/model/places.ts'
import { apply } from '@opine/dispute-game/model/rules.ts'
import { type ModelMove, type ModelState, opening, type World } from '@opine/dispute-game/model/state.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { ChainBoard } from './chain-board.ts'
import { drawDelay, drawMove } from './draw.ts'

/** The model and the contracts differ. The message tells the play that leads there. */
export class Disagreement extends Error {
  constructor(what: string, model: unknown, contract: unknown, play: readonly ModelMove[]) {
    super(`${what}: the model says ${String(model)}, the contract ${String(contract)}, after ${JSON.stringify(play)}`)
    this.name = 'Disagreement'
  }
}

/** Moves after which everything is compared, not only the games that moved. */
const STRIDE = 5
/** Moves that a walk still makes when no game is open and none can be opened. */
const IDLE = 2

/**
 * Makes random moves, legal and not, on a board and in the model, and compares them after each.
 * @param moves  at most so many
 * @returns      what happened to each move: its kind if it was accepted, else why not
 * @throws {Disagreement}
 */
export async function walk(board: ChainBoard, world: World, start: number, random: Random, moves: number): Promise<string[]> {
  const play: ModelMove[] = []
  const seen: string[] = []
  let state = opening(world, start)
  for (let i = 0, idle = 0; i < moves && idle <= IDLE; i++) {
    const wait: ModelMove = { kind: 'wait', seconds: drawDelay(world, state, random) }
    state = apply(world, state, wait) as ModelState
    const move = i === 0 ? ({ kind: 'assert', assertion: 0 } as const) : drawMove(world, state, random)
    play.push(wait, move)
    const after = apply(world, state, move)
    const refusal = typeof after === 'string' ? after : 'none'
    const answer = await board.make(state, move)
    if (answer !== refusal) throw new Disagreement(`refusal of ${move.kind}`, refusal, answer, play)
    seen.push(typeof after === 'string' ? after : move.kind)
    const before = state
    if (typeof after !== 'string') state = after
    await compareGames(board, world, state, play, i % STRIDE === STRIDE - 1 ? undefined : before)
    if (i % STRIDE === STRIDE - 1) await compareOutcome(board, state, play)
    idle = isLively(world, state) ? 0 : idle + 1
  }
  await compareGames(board, world, state, play)
  await compareOutcome(board, state, play)
  return seen
}

/** Whether a game is open, or can be opened. */
const isLively = (world: World, { assertions, games }: ModelState): boolean =>
  games.some((game, slot) => game?.status === 'IN_PROGRESS' || (!game && assertions[world.games[slot]!.assertion]?.status === 'STANDING'))

type Facts = Readonly<Record<string, unknown>>

function compare(what: string, model: Facts, contract: Facts, play: readonly ModelMove[]): void {
  for (const [name, value] of Object.entries(model)) {
    if (contract[name] !== value) throw new Disagreement(`${name} of ${what}`, value, contract[name], play)
  }
}

/** Compares the games that moved, or all. */
async function compareGames(board: ChainBoard, world: World, state: ModelState, play: readonly ModelMove[], before?: ModelState) {
  for (const [slot, game] of state.games.entries()) {
    if (!game || game === before?.games[slot]) continue
    const contract = await board.game(slot)
    const { status, phase, turn, since, asserter, challenger, kernel, element, position } = game
    compare(`game ${slot}`, { status }, contract, play)
    if (status !== 'IN_PROGRESS') continue
    const at = world.games[slot]!.assertion
    const { ground } = world.assertions[at]!
    const node = toHex(viewOf(ground, game, oathsAt(ground, state.assertions[at]!, game)).node)
    const place = { TRACE: { position }, KERNEL: { kernel }, TENSOR: { kernel, position }, LANE: { kernel, element } }[phase]
    compare(`game ${slot}`, { phase, turn, since, asserter, challenger, node, ...place }, contract, play)
  }
}

async function compareOutcome(board: ChainBoard, state: ModelState, play: readonly ModelMove[]): Promise<void> {
  const { request: status, reopened, deadline } = state
  compare('the request', { status, reopened, ...(status === 'OPEN' ? { deadline } : {}) }, await board.request(), play)
  for (const [slot, assertion] of state.assertions.entries()) {
    compare(`assertion ${slot}`, { status: assertion?.status ?? 'NONE' }, { status: await board.assertion(slot) }, play)
  }
}
