import type { ByteReader } from './bytes.ts'
import { demand, INDEX_BOUND, MAX_AXES, violate } from './rules.ts'

/** What the later rules need of a load. */
export type LoadFacts = {
  readonly buffer: number
  readonly fill: number
  /** The greatest address over the axes' extents. */
  readonly greatest: number
  /** Whether a coordinate depends on a reduce variable, by itself or through the load that indexes it. */
  readonly reduces: boolean
  /** Numbers of the loads whose values are coordinates of this one; their type is checked once their operands are known. */
  readonly indices: readonly number[]
}

/** The iteration space: all extents, output first. */
export type Extents = { readonly extents: readonly number[]; readonly outputRank: number }

/**
 * Reads one load and checks all that needs no operand.
 * Sums of products of 32-bit numbers may exceed 2^53 and round, but never back below the bound that they are compared with.
 * @param earlier  the loads before this one
 */
export function checkLoad(reader: ByteReader, space: Extents, ownBuffer: number, earlier: readonly LoadFacts[]): LoadFacts {
  need(reader, 17, 'a load')
  const buffer = reader.u32('buffer')
  const lag = reader.u32('lag')
  const base = reader.i32('base')
  const fill = reader.u32('fill')
  const axes = reader.u8('axes')
  demand('BUFFER', buffer < ownBuffer, () => `a load of buffer ${buffer} is not below the kernel's own, ${ownBuffer}`)
  demand('VERSION', lag === 0, () => `lag ${lag} is reserved`)
  demand('RANK', axes <= MAX_AXES, () => `a load has ${axes} axes, at most ${MAX_AXES} are allowed`)
  let reduces = false
  const indices: number[] = []
  let bound = Math.abs(base)
  let least = base
  let greatest = base
  for (let axis = 0; axis < axes; axis++) {
    need(reader, 9, 'an axis')
    const extent = reader.u32('extent')
    const stride = reader.i32('stride')
    const kind = reader.u8('kind')
    demand('EXTENT', extent > 0 && extent < INDEX_BOUND, () => `the extent of an axis is ${extent}`)
    demand('COORDINATE', kind <= 1, () => `there is no axis kind ${kind}`)
    if (kind === 1) indices.push(checkIndexed(reader, earlier))
    else if (checkAffine(reader, space)) reduces = true
    const reach = stride * (extent - 1)
    bound += Math.abs(reach)
    least += Math.min(0, reach)
    greatest += Math.max(0, reach)
  }
  demand('ADDRESS', bound < INDEX_BOUND, () => `an address of buffer ${buffer} may reach ${bound}`)
  demand('ADDRESS', least >= 0, () => `an address of buffer ${buffer} may be ${least}`)
  return { buffer, fill, greatest, reduces: reduces || indices.some((index) => earlier[index]?.reduces), indices }
}

/** The number of the load that a coordinate takes its value from. */
function checkIndexed(reader: ByteReader, earlier: readonly LoadFacts[]): number {
  need(reader, 5, 'a coordinate')
  const load = reader.u8('load')
  reader.i32('offset')
  const index = earlier[load] ?? violate('COORDINATE', `load ${earlier.length} is indexed by load ${load}, which is not before it`)
  demand('COORDINATE', index.indices.length === 0, () => `load ${earlier.length} is indexed by load ${load}, which is indexed itself`)
  return load
}

/** Whether the coordinate depends on a reduce variable. */
function checkAffine(reader: ByteReader, { extents, outputRank }: Extents): boolean {
  need(reader, 5, 'a coordinate')
  let bound = Math.abs(reader.i32('offset'))
  const terms = reader.u8('terms')
  need(reader, 5 * terms, 'the terms of a coordinate')
  let next = 0
  for (let term = 0; term < terms; term++) {
    const variable = reader.u8('variable')
    const coefficient = reader.i32('coefficient')
    const extent = extents[variable]
    if (extent === undefined) return violate('COORDINATE', `variable ${variable} does not exist`)
    demand('COORDINATE', variable >= next, () => `variable ${variable} is not in ascending order`)
    demand('COORDINATE', coefficient !== 0, () => `variable ${variable} has the coefficient 0; leave it out`)
    bound += Math.abs(coefficient) * (extent - 1)
    next = variable + 1
  }
  demand('COORDINATE', bound < INDEX_BOUND, () => `a coordinate may reach ${bound}`)
  return next > outputRank
}

/** The rules look at a group of fields once all of its bytes are there. */
export function need(reader: ByteReader, size: number, what: string): void {
  demand('BYTES', reader.remaining >= size, () => `${what} needs ${size} bytes at byte ${reader.offset}; ${reader.remaining} are left`)
}
