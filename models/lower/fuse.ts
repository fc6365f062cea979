import { product } from '../ir/types.ts'
import type { Buffer, DraftKernel, DraftLoad, KernelBuffer } from './draft.ts'
import { extentsOf } from './draft.ts'
import { indicesOf, mapIndices, mapSteps, mapVariables, mergeVariables, uniqueLoads } from './merge.ts'
import { narrowed } from './narrow.ts'
import { splice } from './splice.ts'

const MAX_LOADS = 8
const MAX_RANK = 8

/** Drops kernels that no output depends on. */
export function prune(kernels: readonly DraftKernel[], outputs: ReadonlySet<Buffer>): DraftKernel[] {
  const live = new Set<Buffer>(outputs)
  const kept: DraftKernel[] = []
  for (const kernel of [...kernels].reverse()) {
    if (!live.has(kernel.output)) continue
    for (const { buffer } of kernel.loads) live.add(buffer)
    kept.push(kernel)
  }
  return kept.reverse()
}

/**
 * Puts element-wise kernels (copies into another order included) into the `result` of the kernel that they read, where nobody else reads
 * that one and it is no output. The fused kernel takes the reader's place and layout.
 */
export function fuse(kernels: readonly DraftKernel[], outputs: ReadonlySet<Buffer>): DraftKernel[] {
  const readers = new Map<Buffer, number>()
  const producers = new Map<Buffer, DraftKernel>()
  for (const kernel of kernels) for (const buffer of readBuffers(kernel)) readers.set(buffer, (readers.get(buffer) ?? 0) + 1)
  for (const kernel of kernels) {
    let current = kernel
    for (let next: DraftKernel | null = current; next; ) {
      current = next
      next = null
      // The producer that was written last is the likeliest to be at hand.
      const candidates = [...readBuffers(current)].filter((buffer) => producers.has(buffer)).reverse()
      for (const buffer of candidates) {
        if (readers.get(buffer) !== 1 || outputs.has(buffer)) continue
        const fused = fusePair(producers.get(buffer)!, current)
        if (!fused) continue
        producers.delete(buffer)
        next = fused
        break
      }
    }
    producers.set(current.output, current)
  }
  return [...producers.values()]
}

const readBuffers = (kernel: DraftKernel): Set<KernelBuffer> =>
  new Set(kernel.loads.map((load) => load.buffer).filter((buffer) => buffer.kind === 'kernel'))

/** The producer with the reader's expression in its result; null where the two do not fit. */
function fusePair(producer: DraftKernel, reader: DraftKernel): DraftKernel | null {
  const index = reader.loads.findIndex((load) => load.buffer === producer.output)
  const through = reader.loads[index]!
  const twice = reader.loads.some((load, other) => other !== index && load.buffer === producer.output)
  const indexes = reader.loads.some((load) => indicesOf(load).includes(index))
  if (reader.reduce || twice || indexes || readsOutputVariables(producer) || readsOutputVariables(reader)) return null
  const walk = walkThrough(producer, reader, through)
  if (!walk) return null

  const first = producer.loads.length
  const inner = producer.reduce?.extents.length ?? 0
  const moved = mapSteps(producer.loads, (steps) => [
    ...walk.places.map(({ variable, place }) => steps[variable]! * place),
    ...steps.slice(producer.shape.length),
  ])
  const others = mapSteps(reader.loads, (steps) => [
    ...walk.parts.map(({ variable, place }) => steps[variable]! * place),
    ...Array(inner).fill(0),
  ]).map((load) => mapIndices(load, (number) => number + first))
  const shifted = reader.result.map((step) => (step.arg !== undefined && readsLoad(step.op) ? { ...step, arg: step.arg + first } : step))
  const result = splice(shifted, first + index, narrowed(producer.result, producer.output.type))
  if (!result) return null
  const fused = mergeVariables(
    uniqueLoads({
      output: reader.output,
      foldType: producer.foldType,
      resultType: reader.resultType,
      shape: walk.shape,
      reduce: producer.reduce,
      loads: [...moved, ...others],
      term: mapVariables(producer.term, (variable) => variable + walk.shape.length - producer.shape.length),
      result,
    }),
  )
  return fused.loads.length > MAX_LOADS || fused.shape.length > MAX_RANK ? null : fused
}

const readsLoad = (name: string): boolean => name === 'load' || name === 'inrange'

/** The reduce coordinates stay as they are in a fused kernel; the output coordinates do not. */
const readsOutputVariables = (kernel: DraftKernel): boolean =>
  [...kernel.term, ...kernel.result].some((step) => step.op === 'var' && step.arg! < kernel.shape.length)

type Place = { readonly variable: number; readonly place: number }

/**
 * The reader's variables cut so that each lies within one output variable of the producer. `parts` tells for each new variable the
 * reader's variable and its place value in that, `places` the same for the producer's.
 */
type Walk = { readonly shape: readonly number[]; readonly parts: readonly Place[]; readonly places: readonly Place[] }

/** Null unless the reader reads every element of the producer exactly once, in some order of variables. */
function walkThrough(producer: DraftKernel, reader: DraftKernel, through: DraftLoad): Walk | null {
  if (through.base !== 0 || through.guards.length > 0 || product(reader.shape) !== producer.output.count) return null
  const extents = extentsOf(reader)
  const active = extents
    .map((extent, variable) => ({ extent, variable, step: through.steps[variable]! }))
    .filter(({ extent }) => extent > 1)
  let reach = 1
  for (const { extent, step } of [...active].sort((a, b) => a.step - b.step)) {
    if (step !== reach) return null
    reach *= extent
  }
  const strides = producer.shape.map((_, variable) => product(producer.shape.slice(variable + 1)))
  const shape: number[] = []
  const parts: Place[] = []
  const places: Place[] = []
  for (const { extent, variable, step } of active) {
    const inside = strides.filter((stride) => stride > step && stride < step * extent)
    const cuts = [...new Set([step * extent, ...inside, step])].sort((a, b) => b - a)
    for (const [index, low] of cuts.entries()) {
      const high = cuts[index - 1]
      if (high === undefined) continue
      if (high % low !== 0) return null
      shape.push(high / low)
      parts.push({ variable, place: low / step })
      const owner = strides.findIndex((stride, candidate) => stride <= low && low < stride * producer.shape[candidate]!)
      places.push({ variable: owner, place: low / strides[owner]! })
    }
  }
  if (places.some(({ place }) => !Number.isInteger(place))) return null
  if (shape.length === 0) return { shape: [1], parts: [{ variable: 0, place: 0 }], places: [{ variable: 0, place: 0 }] }
  return { shape, parts, places }
}
