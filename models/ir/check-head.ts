import type { ByteReader } from './bytes.ts'
import { type Extents, need } from './check-load.ts'
import type { RawMeta } from './check-meta.ts'
import { demand, INDEX_BOUND, MAX_BLOCK, MAX_BLOCKS, MAX_LOADS, MAX_RANK } from './rules.ts'
import type { ScalarType } from './types.ts'

/** What a descriptor says before its loads. */
export type Head = Extents & {
  readonly foldType: ScalarType
  readonly resultType: ScalarType
  readonly folds: boolean
  readonly loads: number
  /** Terms of the longest block; 0 without a fold. */
  readonly blockTerms: number
}

/** Reads a descriptor's head, and its extents; it must agree with the kernel's meta. Demands the rules of SPEC section 5 that speak of it. */
export function checkHead(reader: ByteReader, meta: RawMeta): Head {
  need(reader, 12, 'the head')
  const version = reader.u8('version')
  const foldType = reader.u8('fold type')
  const resultType = reader.u8('result type')
  const storeType = reader.u8('store type')
  const op = reader.u8('reduce op')
  const outputRank = reader.u8('output rank')
  const reduceRank = reader.u8('reduce rank')
  const loads = reader.u8('loads')
  const block = reader.u32('block')
  const folds = op > 0
  demand('VERSION', version === 1, () => `version ${version} is unknown`)
  const stores = resultType === 0 ? storeType === 0 : storeType >= 1 && storeType <= 3
  demand(
    'TYPE',
    foldType <= 1 && resultType <= 1 && stores,
    () => `fold, result and store type are ${foldType}, ${resultType}, ${storeType}`,
  )
  const ranked = outputRank >= 1 && outputRank <= MAX_RANK && reduceRank <= MAX_RANK && loads <= MAX_LOADS
  demand('RANK', ranked, () => `output rank ${outputRank}, reduce rank ${reduceRank} and ${loads} loads are too few or too many`)
  const reduces = folds ? op <= 4 && reduceRank > 0 && block >= 1 && block <= MAX_BLOCK : reduceRank + block + foldType === 0
  demand('REDUCE', reduces, () => `reduce op ${op}, rank ${reduceRank}, block ${block} and fold type ${foldType} do not fit together`)
  need(reader, 4 * (outputRank + reduceRank), 'the extents')
  const extents = reader.list(outputRank + reduceRank, () => reader.u32('extent'))
  const count = volume(extents.slice(0, outputRank))
  const terms = volume(extents.slice(outputRank))
  const blocks = folds ? Math.ceil(terms / block) : 0
  demand('REDUCE', blocks <= MAX_BLOCKS, () => `the fold has ${blocks} blocks, at most ${MAX_BLOCKS} are allowed`)
  const agrees = meta.type === storeType && meta.count === count && meta.blocks === blocks
  demand('META', agrees, () => `the meta says store type ${meta.type}, ${meta.count} elements and ${meta.blocks} blocks`)
  return {
    extents,
    outputRank,
    folds,
    loads,
    blockTerms: Math.min(block, terms),
    foldType: scalar(foldType),
    resultType: scalar(resultType),
  }
}

const scalar = (code: number): ScalarType => (code === 0 ? 'f32' : 'i32')

function volume(extents: readonly number[]): number {
  let total = 1
  for (const extent of extents) {
    total *= extent
    demand('EXTENT', extent > 0 && total < INDEX_BOUND, () => `the extents ${extents.join(' x ')} give no volume from 1 to 2^31 - 1`)
  }
  return total
}
