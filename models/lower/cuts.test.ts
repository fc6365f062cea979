import { describe, it } from 'node:test'
import { expect } from 'chai'
import { load } from '../ir/expression.ts'
import type { Program } from '../ir/types.ts'
import { placeKernels } from './cuts.ts'

type Unplaced = Omit<Program, 'places' | 'claims'>

/** Element-wise kernels over given sizes; kernel `k` loads the first element of each kernel in `reads[k]`. */
function network(sizes: readonly number[], reads: readonly (readonly number[])[], outputs: readonly number[]): Unplaced {
  return {
    inputs: [{ type: 'f32', count: 1 }],
    constants: [],
    kernels: sizes.map((size, index) => ({
      foldType: 'f32',
      resultType: 'f32',
      storeType: 'f32',
      shape: [size],
      reduce: null,
      loads: [0, ...reads[index]!.map((kernel) => kernel + 1)].map((buffer) => ({ buffer, lag: 0, base: 0, fill: 0, axes: [] })),
      term: [],
      result: [load(0)],
    })),
    outputs,
  }
}

function randomNetwork(random: (below: number) => number): Unplaced {
  const count = 2 + random(8)
  const reads = Array.from({ length: count }, (_, index) =>
    index === 0 ? [] : [...new Set([index - 1 - random(Math.min(index, 3)), random(index)])],
  )
  // Kernels that nobody reads are outputs, as after the removal of dead ones; sometimes another is, too.
  const used = new Set(reads.flat())
  const outputs = reads.flatMap((_, index) => (!used.has(index) || random(8) === 0 ? [index] : []))
  return network(
    Array.from({ length: count }, () => 1 + random(40)),
    reads,
    outputs,
  )
}

const hashedBytes = ({ kernels, places }: Program): number =>
  kernels.reduce((total, { shape }, index) => total + (places[index]!.committed ? Math.ceil((shape[0]! * 4) / 32) * 32 : 0), 0)
const segments = ({ places }: Program): number => new Set(places.map(({ first }) => first)).size

/** Every way to cut into segments of at most `most` kernels. */
function everyCut(count: number, most: number): number[][] {
  const all: number[][] = []
  for (let mask = 0; mask < 1 << (count - 1); mask += 1) {
    const cuts = Array.from({ length: count - 1 }, (_, bit) => bit + 1).filter((cut) => mask & (1 << (cut - 1)))
    const starts = [0, ...cuts, count]
    if (starts.slice(1).every((start, index) => start - starts[index]! <= most)) all.push(cuts)
  }
  return all
}

describe('placeKernels', () => {
  it('finds what trying every cut finds', () => {
    let state = 7
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return (state >>> 8) % below
    }
    for (let round = 0; round < 60; round += 1) {
      const program = randomNetwork(random)
      const most = 1 + random(6)
      const all = everyCut(program.kernels.length, most).map((cuts) => placeKernels(program, { cuts }))
      const wanted = Math.min(4, Math.max(...all.map(({ claims }) => claims.length)))
      const fitting = all.filter(({ claims }) => claims.length >= wanted)
      const bytes = Math.min(...fitting.map(hashedBytes))
      const fewest = Math.min(...fitting.filter((each) => hashedBytes(each) === bytes).map(segments))
      const best = placeKernels(program, { maxSegment: most })
      expect([hashedBytes(best), segments(best)]).to.deep.equal([bytes, fewest])
      expect(best.claims.length).to.be.at.least(wanted)
      expect(placeKernels(program, { maxSegment: most })).to.deep.equal(best)
    }
  })

  it('names up to 64 claimable kernels', () => {
    const count = 200
    const reads = Array.from({ length: count }, (_, index) => (index === 0 ? [] : [index - 1]))
    const program = placeKernels(network(Array(count).fill(8), reads, [count - 1]), { dense: true })
    expect(program.claims.length).to.equal(64)
    expect(program.claims[0]).to.equal(0)
    expect(placeKernels(network(Array(count).fill(8), reads, [0, count - 1])).claims).to.deep.equal([])
  })
})
