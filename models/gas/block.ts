import type { Kernel } from '../ir/types.ts'
import { GROUP, modulo, type Reach } from './reach.ts'
import type { Cluster } from './touch.ts'

/** Terms of one block: for each of the loads its address without what the output coordinates and indices add, term after term. */
export type Block = {
  readonly terms: number
  /** Changes of the innermost coordinate alone end where another one moves; runs of such terms. */
  readonly runs: readonly number[]
  /** Coordinates that return to zero between the terms. */
  readonly wraps: number
  readonly offsets: readonly (readonly number[])[]
}

/** The terms of block `number`; of a kernel without a fold there is one term, which the result evaluates. */
export function blockAt({ shape, reduce }: Kernel, reaches: readonly Reach[], number: number): Block {
  if (!reduce) return { terms: 0, runs: [], wraps: 0, offsets: reaches.map(() => []) }
  const { extents, block } = reduce
  const total = extents.reduce((product, extent) => product * extent, 1)
  const first = number * block
  const terms = Math.min(block, total - first)
  const coordinates = extents.map(() => 0)
  for (let v = extents.length - 1, rest = first; v >= 0; v--) {
    coordinates[v] = rest % extents[v]!
    rest = Math.floor(rest / extents[v]!)
  }
  const offsets: number[][] = reaches.map(() => [])
  const runs: number[] = []
  let wraps = 0
  let run = 0
  for (let term = 0; term < terms; term++) {
    for (const [index, { steps }] of reaches.entries()) {
      offsets[index]!.push(coordinates.reduce((sum, coordinate, v) => sum + coordinate * steps[shape.length + v]!, 0))
    }
    run += 1
    let v = extents.length - 1
    coordinates[v]! += 1
    while (v > 0 && coordinates[v] === extents[v]) {
      coordinates[v] = 0
      v -= 1
      coordinates[v]! += 1
      if (term + 1 < terms) wraps += 1
    }
    if (v < extents.length - 1 || term + 1 === terms) {
      runs.push(run)
      run = 0
    }
  }
  return { terms, runs, wraps, offsets }
}

/** What a load reads in a block, in clusters that lie together: all of it, or for each value of its indices apart. */
export function clustersOf(reach: Reach, block: Block, number: number): Cluster[] {
  const groups = new Map<string, Set<number>>()
  for (const [term, offset] of block.offsets[number]!.entries()) {
    const key = reach.indices.map((index) => block.offsets[index]![term]).join()
    const group = groups.get(key)
    if (group) group.add(offset)
    else groups.set(key, new Set([offset]))
  }
  const { alignment, residue } = reach
  return [...groups.values()].map((offsets) => ({ offsets: [...offsets].sort((a, b) => a - b), alignment, residue }))
}

/**
 * How often a load has to take other eight elements at hand in a block, at most.
 * @property ordered  whether the words come in ascending order, each once
 */
export function seeksOf(reach: Reach, block: Block, number: number): { readonly seeks: number; readonly ordered: boolean } {
  const offsets = block.offsets[number]!
  if (reach.indices.length > 0) {
    const tuples = offsets.map((offset, term) => [offset, ...reach.indices.map((index) => block.offsets[index]![term])].join())
    return { seeks: tuples.filter((tuple, term) => tuple !== tuples[term - 1]).length, ordered: false }
  }
  const ordered = offsets.every((offset, term) => term === 0 || offset >= offsets[term - 1]!)
  let seeks = 0
  const step = Math.min(reach.alignment, GROUP)
  for (let place = modulo(reach.residue, step); place < GROUP; place += step) {
    let last = Number.NaN
    let here = 0
    for (const offset of offsets) {
      const group = Math.floor((offset + place) / GROUP)
      if (group !== last) here += 1
      last = group
    }
    seeks = Math.max(seeks, here)
  }
  return { seeks, ordered }
}

/** Most pieces of runs in which neither of two loads has to take other eight elements at hand. */
export function piecesOf(a: Reach, b: Reach, { runs, offsets }: Block, numbers: readonly [number, number]): number {
  const known = [a, b].map(({ alignment, residue }) => (alignment >= GROUP ? modulo(residue, GROUP) : null))
  const steps = [a, b].map(({ steps }) => steps.at(-1)!)
  let pieces = 0
  let first = 0
  for (const run of runs) {
    const ends = [0, 1].map((side) => {
      const step = steps[side]!
      if (step === 0) return []
      if (step !== 1) return Array.from({ length: run - 1 }, (_, i) => i + 1)
      const place = known[side] === null ? null : modulo(known[side]! + offsets[numbers[side]!]![first]!, GROUP)
      // Unknown places end a piece wherever that makes the most of them.
      const breaks = place === null ? Math.floor((run + GROUP - 2) / GROUP) : Math.floor((place + run - 1) / GROUP)
      return Array.from({ length: breaks }, (_, i) => (place === null ? -1 - i : GROUP * (i + 1) - place))
    })
    const [left, right] = ends as [number[], number[]]
    const same = left.filter((end) => end > 0 && right.includes(end)).length
    pieces += Math.min(run, 1 + left.length + right.length - same)
    first += run
  }
  return pieces
}
