import { tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import { canonicalBits } from '../numerics/bits.ts'
import { ByteReader } from './bytes.ts'
import { checkCode } from './check-code.ts'
import { checkHead } from './check-head.ts'
import { checkLoad, type LoadFacts, need } from './check-load.ts'
import { checkOperandMeta, checkPlace, checkPredecessor, type RawMeta, rawMeta } from './check-meta.ts'
import { lookupsIn } from './lookups.ts'
import {
  type Counts,
  demand,
  LOOKUP_WORK,
  MAX_CODE_BYTES,
  MAX_DESCRIPTOR_BYTES,
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
