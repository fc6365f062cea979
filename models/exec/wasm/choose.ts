import { product } from '../../ir/types.ts'
import { operationsOf } from './graph.ts'
import { joinable } from './join.ts'
import { loadsIn, type Nest, type Source, usedLoads } from './nest.ts'
import type { Width } from './width.ts'

/**
 * How loops become code: lanes run over variable `lane` (-1: no SIMD), a tile is `unroll` vectors of four lanes by `rows` values of variable `row`.
 * @property order  the output variables from the outermost loop inwards
 */
export type Choice = {
  readonly lane: number
  readonly unroll: number
  readonly row: number
  readonly rows: number
  readonly order: readonly number[]
}

/** How a load's address moves from lane to lane. */
export type Stepping = 'same' | 'next' | 'apart'

export const LANES = 4

/** `same`: one address for all lanes, and one answer of the guards; `next`: neighbours, one answer; `apart`: anything else. */
export function steppingOf(nest: Nest, load: Source, lane: number): Stepping {
  if (lane < 0) return 'same'
  const follows = load.guards.some(({ form }) => form.terms[lane] !== 0)
  if (follows || load.lookups.some((lookup) => steppingOf(nest, nest.loads[lookup.load]!, lane) !== 'same')) return 'apart'
  const step = load.address.terms[lane]!
  return step === 0 ? 'same' : step === 1 ? 'next' : 'apart'
}

/** Vector registers that accumulators may take: 15 there are, some hold operands. */
const ACCUMULATORS = 12
const SCALAR_COST = 1
const VECTOR_COST = 0.55
const GATHER_COST = 5

/** What one evaluation of a load costs; a guard is a branch, a lookup a load more. */
function loadCost(nest: Nest, load: Source, lane: number): number {
  const checks = load.guards.length * 1.5 + load.lookups.length * 3
  return checks + (lane < 0 ? SCALAR_COST : steppingOf(nest, load, lane) === 'apart' ? GATHER_COST : VECTOR_COST)
}

const UNROLLS: Readonly<Record<Width, readonly number[]>> = { 4: [1, 2, 3, 4, 6, 8], 8: [1, 2, 3, 4, 6, 8, 12, 16] }

/** Registers that so many neighbouring vectors take, in each of which the engine holds `width` numbers. */
const registersOf = (vectors: number, width: Width): number => (width === 8 && vectors % 2 === 0 ? vectors / 2 : vectors)

/** @property lane  the variable of the lanes, -1 for none @property unroll  vectors of a tile */
type Decided = { readonly lane?: number; readonly unroll?: number }

/** The cheapest of the tilings worth a look, by an estimate of what they cost in all. @param decided  what is decided already */
export function choose(nest: Nest, width: Width, { lane, unroll }: Decided = {}): { readonly choice: Choice; readonly cost: number } {
  // Of equals the first: inner variables, whose values lie close together.
  const variables = Array.from({ length: nest.outputs }, (_, v) => nest.outputs - 1 - v)
  const widthAt = (across: number): Width => (width === 8 && joinable(nest, across) ? 8 : 4)
  let best: { readonly choice: Choice; readonly cost: number } | undefined
  const look = (...tile: readonly [number, number, number, number]): void => {
    const choice = choiceOf(nest, ...tile)
    const cost = costOf(nest, choice, registersOf(choice.unroll, widthAt(choice.lane)))
    if (!best || cost < best.cost) best = { choice, cost }
  }
  if (lane === undefined || lane < 0) look(-1, 1, -1, 1)
  for (const across of lane === undefined ? variables : variables.filter((v) => v === lane)) {
    const held = widthAt(across)
    for (const vectors of unroll === undefined ? UNROLLS[held] : [unroll]) {
      const registers = registersOf(vectors, held)
      if (nest.extents[across]! < vectors * LANES) break
      if (unroll === undefined && registers > mostOf(nest)) continue
      look(across, vectors, -1, 1)
      for (const row of variables) {
        const most = Math.min(Math.floor(mostOf(nest) / registers), nest.extents[row]!)
        for (let rows = 2; row !== across && rows <= most; rows++) look(across, vectors, row, rows)
      }
    }
  }
  return best!
}

/** How many elements of a tile pay: few where each of them is a long calculation. */
const mostOf = ({ term, result }: Nest): number => {
  const length = operationsOf(term ?? result).length
  return length <= 4 ? ACCUMULATORS : length <= 12 || !term ? 6 : 1
}

function costOf(nest: Nest, { lane, unroll, row, rows }: Choice, registers: number): number {
  const { extents, outputs, reduce, term, result } = nest
  const terms = product(extents.slice(outputs))
  const width = lane < 0 ? 1 : LANES
  let tiles = 1
  for (let v = 0; v < outputs; v++)
    tiles *= v === lane ? Math.ceil(extents[v]! / (unroll * width)) : v === row ? Math.ceil(extents[v]! / rows) : extents[v]!
  const inner = term ?? result
  let cost = 0
  let shared = 0
  for (const number of loadsIn(inner)) {
    const load = nest.loads[number]!
    const follows = (v: number): boolean => v >= 0 && (load.address.terms[v] !== 0 || load.guards.length + load.lookups.length > 0)
    const copies = (follows(lane) ? registers : 1) * (follows(row) ? rows : 1)
    if (copies < registers * rows) shared += Math.min(copies, registers)
    cost += copies * loadCost(nest, load, lane)
  }
  const operations = operationsOf(inner).filter(({ op }) => op !== 'load' && !op.endsWith('.const')).length
  const work = registers * rows * (operations + (reduce ? 1 : 0)) * (lane < 0 ? SCALAR_COST : VECTOR_COST)
  // Fewer accumulators than this wait for each other's additions; more than there are registers go to memory.
  const latency = reduce ? 4.5 : 0
  const spilled = reduce && registers * rows + shared > 15 ? 1.5 : 1
  const stored = steppingStore(nest, lane) * registers * rows
  return tiles * (terms * (Math.max(cost + work, latency) * spilled + 1) + stored + 2)
}

const steppingStore = ({ store }: Nest, lane: number): number => (lane < 0 ? 1 : store.terms[lane] === 1 ? 1 : 4)

/** Outside go the variables that the lanes' own operands follow, so that these stay in the caches; then the lanes, then the others. */
function choiceOf(nest: Nest, lane: number, unroll: number, row: number, rows: number): Choice {
  const variables = Array.from({ length: nest.outputs }, (_, v) => v)
  const rest = variables.filter((v) => v !== lane && v !== row)
  const rowed = row < 0 ? [] : [row]
  if (lane < 0) return { lane, unroll, row, rows, order: variables }
  if (!nest.term) return { lane, unroll, row, rows, order: [...rest, ...rowed, lane] }
  const followed = [...usedLoads(nest)].map((load) => nest.loads[load]!).filter(({ address }) => address.terms[lane] !== 0)
  const outside = rest.filter((v) => followed.some(({ address }) => address.terms[v] !== 0))
  return { lane, unroll, row, rows, order: [...outside, lane, ...rest.filter((v) => !outside.includes(v)), ...rowed] }
}
