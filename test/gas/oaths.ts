import { LEVELS } from '@opine/dispute-game/game/types.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { ConcreteLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { gameCosts } from './full-game.ts'
import type { Row } from './rows.ts'
import { numbers, oathKernels, oathNetwork } from './small-networks.ts'

const FLIP = 0x00800000

/** Gas of an oath on an interior list, by its length, and on running totals, by their number. */
export async function oathRows(): Promise<Row[]> {
  const honest = buildTrace(oathNetwork(), [numbers(16, 1)], execute)
  const { segments, totals } = oathKernels()
  const told = (lie: ConcreteLie) => ({ name: '', trace: tellLie(honest, lie).trace })
  const interiors = [...segments].map(([, kernel]) => told({ kind: 'element', kernel, element: 3, mode: 'downstream', xor: FLIP }))
  const sums = [...totals].map(([, kernel]) => told({ kind: 'total', kernel, element: 3, block: 1, xor: FLIP }))
  const costs = await gameCosts(honest, [...interiors, ...sums], LEVELS)
  const gasOf = (game: number, kind: string): number => costs[game]!.moves.find((move) => move.kind === kind)!.gas
  return [
    ...[...segments.keys()].map((length, i) => ({ name: `swearInterior, ${length} kernels`, gas: gasOf(i, 'swearInterior') })),
    ...[...totals.keys()].map((count, i) => ({ name: `swearTotals, ${count} totals`, gas: gasOf(segments.size + i, 'swearTotals') })),
  ]
}
