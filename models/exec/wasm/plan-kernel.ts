import { type Program, product } from '../../ir/types.ts'
import { bufferSpec } from '../reference/kernel.ts'
import { type Choice, choose, LANES, steppingOf } from './choose.ts'
import { withArguments } from './graph.ts'
import { loadsIn, type Nest, nestOf, type Source } from './nest.ts'
import { mergeReduces, simplify } from './simplify.ts'
import { split } from './split.ts'
import { type Stage, stage } from './stage.ts'
import type { Width } from './width.ts'

/** A copy and the buffer that it is of. */
export type OwnedStage = Stage & { readonly origin: number }

/** Loops with their tiling. */
export type TiledNest = { readonly nest: Nest; readonly choice: Choice }

/** The loops of a kernel, and the copies that they read: temporary -1 is the first one's. */
export type KernelPlan = { readonly pieces: readonly TiledNest[]; readonly stages: readonly OwnedStage[] }

/** Loops without a fold, ready to be written. */
export const tiled = (nest: Nest, width: Width): TiledNest[] =>
  split(nest).map((piece) => ({ nest: piece, choice: choose(piece, width).choice }))

/** What copying an element costs beside computing a term with a guard, or with lanes that lie apart. */
const COPY_COST = 2
/** A copy is at most this many times as large as what it copies. */
const GROWTH = 4

/** A valid kernel as loops: the choice of lanes and tiles under which its operands, laid out for them, cost least. */
export function planKernel(program: Program, kernel: number, width: Width): KernelPlan {
  const nest = simplify(nestOf(program.kernels[kernel]!, (buffer) => bufferSpec(program, buffer)))
  if (!nest.term) return { pieces: tiled(nest, width), stages: [] }
  // The lanes decide how operands should lie, and how they can lie decides the lanes: tried for each variable.
  let best: { plan: KernelPlan; cost: number } | undefined
  for (let lane = nest.outputs - 1; lane >= -1; lane--) {
    if (lane >= 0 && nest.extents[lane]! < LANES) continue
    const plan = planLanes(program, nest, lane, width)
    if (!best || plan.cost < best.cost) best = plan
  }
  return best!.plan
}

function planLanes(program: Program, nest: Nest, lane: number, width: Width): { readonly plan: KernelPlan; readonly cost: number } {
  // As if all that can be laid out were, to learn the tile's size; then laid out for that tile.
  const ideal = choose(stageAll(program, nest, lane, LANES).nest, width, { lane })
  const { nest: staged, stages } = stageAll(program, nest, lane, ideal.choice.unroll * LANES)
  const { choice, cost } = choose(staged, width, { lane, unroll: ideal.choice.unroll })
  const copying = stages.reduce((sum, { elements, origin }) => sum + (isConstant(program, origin) ? 0 : COPY_COST * elements), 0)
  return { plan: { pieces: [{ nest: staged, choice }], stages }, cost: cost + copying }
}

function stageAll(program: Program, nest: Nest, lane: number, tile: number): { readonly nest: Nest; readonly stages: OwnedStage[] } {
  const stages: OwnedStage[] = []
  const loads: Source[] = [...nest.loads]
  const moved = new Map<number, number>()
  for (const number of new Set(loadsIn(nest.term!))) {
    const load = nest.loads[number]!
    const awkward = load.guards.length > 0 || steppingOf(nest, load, lane) === 'apart'
    if (!awkward || load.address.terms.every((term) => term === 0)) continue
    const made = stage(nest, load, lane, tile, -1 - stages.length)
    if (!made || !pays(program, nest, load, made.elements)) continue
    stages.push({ ...made, origin: load.operand })
    moved.set(number, loads.push(made.source) - 1)
  }
  const term = withArguments(nest.term!, ({ op, arg }) => (op === 'load' ? (moved.get(arg) ?? arg) : arg))
  return { nest: mergeReduces({ ...nest, loads, term }), stages }
}

const isConstant = (program: Program, operand: number): boolean =>
  operand >= program.inputs.length && operand < program.inputs.length + program.constants.length

function pays(program: Program, nest: Nest, load: Source, elements: number): boolean {
  if (elements > GROWTH * bufferSpec(program, load.operand).count + 1024) return false
  return isConstant(program, load.operand) || COPY_COST * elements < product(nest.extents)
}
