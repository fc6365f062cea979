import { LEVELS } from '@opine/dispute-game/game/types.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { type GameCost, gameCosts, randomActivation, randomTotal, type ToldLie, withoutStep } from './full-game.ts'
import { activations, largeInput, largeNetwork } from './large-network.ts'
import type { Games, LevelRow, Row } from './rows.ts'

const ACTIVATION_SEEDS = [1, 2, 3, 4]
const TOTAL_SEED = 5
const ALL_LEVELS = [1, 2, 3, 4, 5, 6] as const

/** Whole games over lies at random places of the large network, at each number of levels that a reveal can span. */
export async function playGames(
  progress: (what: string) => void,
): Promise<{ games: Games; costs: readonly GameCost[]; honest: Trace; dearest: readonly ToldLie[] }> {
  progress('the large network')
  const honest = buildTrace(largeNetwork(), [largeInput(1)], execute)
  honest.trees.forEach(rootOf)
  const lies = [...ACTIVATION_SEEDS.map((seed) => randomActivation(honest, seed)), randomTotal(honest, TOTAL_SEED)]
  progress(`${lies.length} games with ${2 ** LEVELS} nodes a reveal`)
  const costs = await gameCosts(honest, lies, LEVELS)
  // The dearest two tell enough about the other levels.
  const dearest = lies.toSorted((a, b) => costOf(costs, b.name) - costOf(costs, a.name)).slice(0, 2)
  const levels: LevelRow[] = []
  for (const each of ALL_LEVELS) {
    if (each !== LEVELS) progress(`${dearest.length} games with ${2 ** each} nodes a reveal`)
    levels.push(levelRow(each, each === LEVELS ? costs : await gameCosts(honest, dearest, each)))
  }
  const { program } = honest
  const size = { activations: activations(program), kernels: program.kernels.length }
  return { games: { ...size, levels, chosen: LEVELS, lies: costs.map(gameRow) }, costs, honest, dearest }
}

const costOf = (costs: readonly GameCost[], lie: string): number => withoutStep(costs.find((cost) => cost.lie === lie)!)
const most = (costs: readonly GameCost[], of: (cost: GameCost) => number): number => Math.max(...costs.map(of))
const gameRow = (cost: GameCost): Games['lies'][number] => ({
  lie: cost.lie,
  rounds: cost.rounds,
  both: withoutStep(cost),
  step: cost.step,
})

/** The worst of several games. */
const levelRow = (levels: number, costs: readonly GameCost[]): LevelRow => ({
  levels,
  reveal: most(costs, ({ moves }) => Math.max(...moves.filter(({ kind }) => kind === 'reveal').map(({ gas }) => gas))),
  rounds: most(costs, ({ rounds }) => rounds),
  asserter: most(costs, ({ asserter }) => asserter),
  challenger: most(costs, ({ prepare, open, challenger }) => prepare + open + challenger),
  both: most(costs, withoutStep),
  moves: most(costs, ({ asserter, challenger }) => asserter + challenger),
})

/** The dearest move of each kind in these games. */
export function moveRows(costs: readonly GameCost[]): Row[] {
  const dearest = (kind: string): number =>
    most(costs, ({ moves }) => Math.max(0, ...moves.filter((move) => move.kind === kind).map(({ gas }) => gas)))
  return [
    { name: 'prepare, once for an assertion', gas: most(costs, ({ prepare }) => prepare) },
    { name: 'open', gas: most(costs, ({ open }) => open) },
    ...['descendTrace', 'pick', 'descendTensor'].map((kind) => ({ name: kind, gas: dearest(kind) })),
    { name: 'step, with the kill', gas: most(costs, ({ step }) => step), target: 600_000 },
  ]
}
