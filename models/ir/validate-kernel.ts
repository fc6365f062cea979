import { tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import { canonicalBits } from '../numerics/bits.ts'
import { ByteReader } from './bytes.ts'
import { checkCode } from './check-code.ts'
import { checkLoad, type Extents, type LoadFacts, need } from './check-load.ts'
import { checkOperandMeta, checkPlace, checkPredecessor, type RawMeta, rawMeta } from './check-meta.ts'
import { lookupsIn } from './lookups.ts'
import {
  type Counts,
  demand,
  INDEX_BOUND,
  LOOKUP_WORK,
  MAX_BLOCK,
  MAX_BLOCKS,
  MAX_CODE_BYTES,
  MAX_DESCRIPTOR_BYTES,
  MAX_LOADS,
  MAX_RANK,
  MAX_STEP,
  MAX_WORK,
  type Violation,
  violationOf,
  WORD_WORK,
} from './rules.ts'
import { byteSize, type ScalarType, STORE_TYPES } from './types.ts'

export type KernelCase = Counts & {
  readonly descriptor: Uint8Array
  readonly meta: Uint8Array
  /** Index of the kernel. */
  readonly kernel: number
  /** The program's meta of a buffer below the kernel's own. */
  readonly operandMeta: (buffer: number) => Uint8Array
}

type Head = Extents & {
  readonly foldType: ScalarType
  readonly resultType: ScalarType
  readonly folds: boolean
  readonly loads: number
  /** Terms of the longest block; 0 without a fold. */
  readonly blockTerms: number
}

/**
 * The first rule of SPEC section 5 that a kernel violates, or null for a valid one. Decides on the bytes, as the contract does, and in its
 * order: the kernel's meta and that of the kernel before it; the descriptor from left to right; its operands in the order of the loads;
 * its code.
 */
export const validateKernelBytes = (subject: KernelCase): Violation | null => violationOf(() => checkKernel(subject))

function checkKernel(subject: KernelCase): void {
  const { descriptor, kernel, operandMeta } = subject
  const ownBuffer = subject.inputs + subject.constants + kernel
  const meta = rawMeta(subject.meta)
  checkPlace('META', meta, kernel, subject)
  if (kernel > 0) checkPredecessor(meta, rawMeta(operandMeta(ownBuffer - 1)), kernel)
  const size = descriptor.length
  demand('BYTES', size <= MAX_DESCRIPTOR_BYTES, () => `the descriptor has ${size} bytes, at most ${MAX_DESCRIPTOR_BYTES} are allowed`)
  const reader = new ByteReader(descriptor, 'BYTES')
  const head = checkHead(reader, meta)
  const loads: LoadFacts[] = []
  while (loads.length < head.loads) loads.push(checkLoad(reader, head, ownBuffer, loads))
  const term = readCode(reader)
  demand(
    'REDUCE',
    term.length > 0 === head.folds,
    () => `a kernel ${head.folds ? 'with' : 'without'} a fold has ${term.length} bytes of term`,
  )
  const result = readCode(reader)
  reader.end()
  const work = term.length * head.blockTerms + result.length
  demand('WORK', work <= MAX_WORK, () => `one step may run ${work} bytes of code, at most ${MAX_WORK} are allowed: take a shorter block`)
  const types: ScalarType[] = []
  let openings = 0
  for (const load of loads) {
    checkIndexTypes(load, types)
    const operand = rawMeta(operandMeta(load.buffer))
    types.push(checkOperand(load, operand, meta, subject))
    openings += (load.reduces ? head.blockTerms : 1) * (depthOfOperand(operand) + WORD_WORK)
  }
  if (head.folds) checkCode(term, { loads: types, variables: head.extents.length, fold: null }, head.foldType)
  const steady = types.map((type, index) => (loads[index]?.reduces ? null : type))
  checkCode(result, { loads: steady, variables: head.outputRank, fold: head.folds ? head.foldType : null }, head.resultType)
  const lookups = lookupsIn(term, loads) * head.blockTerms + lookupsIn(result, loads)
  const step = work + openings + LOOKUP_WORK * lookups
  demand(
    'STEP',
    step <= MAX_STEP,
    () =>
      `one step may take ${work} of code, ${openings} of openings and ${LOOKUP_WORK} for each of ${lookups} indices, at most ${MAX_STEP} in all`,
  )
}

function checkHead(reader: ByteReader, meta: RawMeta): Head {
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

function readCode(reader: ByteReader): Uint8Array {
  need(reader, 2, 'the length of code')
  const length = reader.u16('length')
  demand('CODE', length <= MAX_CODE_BYTES, () => `the code has ${length} bytes, at most ${MAX_CODE_BYTES} are allowed`)
  need(reader, length, 'code')
  return reader.bytes(length, 'code')
}

/** Depth of the tree of an operand whose meta is that of some buffer. */
const depthOfOperand = ({ type, count }: RawMeta): number => tensorDepth(count * byteSize(STORE_TYPES[type]!))

/** @param types  of the loads before this one */
function checkIndexTypes({ indices }: LoadFacts, types: readonly ScalarType[]): void {
  for (const index of indices) {
    demand('COORDINATE', types[index] === 'i32', () => `load ${types.length} is indexed by load ${index}, which is not of i32`)
  }
}

/** The rules that speak of a load's operand. Gives the type of the loaded value. */
function checkOperand(load: LoadFacts, operand: RawMeta, own: RawMeta, counts: Counts): ScalarType {
  const { buffer, fill, greatest } = load
  checkOperandMeta(operand, buffer, counts)
  const interior = operand.kind === 3 && operand.committed === 0
  const near = operand.first === own.first && operand.length === own.length
  demand('BUFFER', !interior || near, () => `buffer ${buffer} is interior to another segment`)
  demand('ADDRESS', greatest < operand.count, () => `an address may be ${greatest}, buffer ${buffer} has ${operand.count} elements`)
  const type = operand.type === 0 || operand.type === 4 ? 'f32' : 'i32'
  demand('ADDRESS', type === 'i32' || canonicalBits(fill) === fill, () => `fill 0x${fill.toString(16)} is not the one NaN, 0x7fc00000`)
  return type
}
