import { type Choice, LANES, steppingOf } from './choose.ts'
import { takesTurns } from './emit-operation.ts'
import { type Graph, operationsOf } from './graph.ts'
import { type Nest, usedLoads } from './nest.ts'

/**
 * Whether an engine that joins neighbouring vectors can join all of these loops' vectors in pairs: what lies in two neighbours then lies in
 * neighbours, or is the same, up to every operand. V8 compiles wrongly what is joined in part: a function of which this does not hold, or not in its
 * tile, is kept from being joined at all, see `emit-store.ts`.
 */
export function joinable(nest: Nest, lane: number): boolean {
  const words = (type: string): boolean => type === 'f32' || type === 'i32'
  if (lane < 0 || !words(nest.storeType) || nest.store.terms[lane] !== 1) return false
  if ([nest.term, nest.result].some((graph) => graph !== null && !alikeInPairs(graph))) return false
  return [...usedLoads(nest)].every((number) => {
    const load = nest.loads[number]!
    return words(load.type) && load.guards.length + load.lookups.length === 0 && steppingOf(nest, load, lane) !== 'apart'
  })
}

/** Variables are computed for each vector anew; the others are none that the engine joins. */
const APART: readonly string[] = ['var', 'f32.ceil', 'f32.floor', 'f32.trunc', 'f32.nearest']

const alikeInPairs = (graph: Graph): boolean => !takesTurns(graph) && operationsOf(graph).every(({ op }) => !APART.includes(op))

/**
 * Whether no two places of a tile that differ in their vector read the same: a vector that belonged to two pairs would keep one of them apart, and
 * code that is joined in part is what is kept apart here.
 */
export function readsApart(nest: Nest, { lane, unroll, row, rows }: Choice): boolean {
  if (row < 0) return true
  return [...usedLoads(nest)].every((number) => {
    const { terms } = nest.loads[number]!.address
    const [along, down] = [terms[lane]! * LANES, terms[row]!]
    if (along === 0 || down === 0) return true
    for (let outer = 1; outer < rows; outer++) {
      const vectors = Math.abs((down * outer) / along)
      if (Number.isInteger(vectors) && vectors < unroll) return false
    }
    return true
  })
}

/** Whether a tile's stores, paired by neighbouring addresses from the lowest up, pair vectors that are neighbours on the lanes' variable alone. */
export function pairsWell({ store }: Nest, { lane, unroll, row, rows }: Choice): boolean {
  const stores = Array.from({ length: rows * unroll }, (_, at) => {
    const [outer, vector] = [Math.floor(at / unroll), at % unroll]
    return { outer, address: (row < 0 ? 0 : store.terms[row]! * outer) + store.terms[lane]! * LANES * vector }
  }).sort((a, b) => a.address - b.address)
  if (unroll % 2 !== 0) return stores.every(({ address }, at) => at === 0 || address - stores[at - 1]!.address !== LANES)
  for (let at = 1; at < stores.length; at++) {
    if (stores[at]!.address - stores[at - 1]!.address !== LANES) continue
    if (stores[at]!.outer !== stores[at - 1]!.outer) return false
    at++
  }
  return true
}
