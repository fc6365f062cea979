import { depthFor, tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import { describeBuffer, type Meta, metaOf } from '../ir/meta.ts'
import { bufferOf, byteSize, type Program } from '../ir/types.ts'
import { HASH_TOKENS, tokensOf, tokensOfBytes, tokensUpTo } from './calldata.ts'
import type { Costs } from './costs.ts'
import { proofOf, type Touched } from './touch.ts'

/** What one part of a step costs: tokens of calldata, and gas of execution. */
export type Part = { readonly tokens: number; readonly gas: number }

/** Lengths and offsets in the encoding of a witness stay below 2^24. */
const LENGTH_TOKENS = tokensOf(3)

/** Depth of the tree of a buffer's words. */
export const depthOfBuffer = ({ count, type }: Meta): number => tensorDepth(count * byteSize(type))

/** Siblings of a buffer's leaf in the program. */
export const programDepth = (program: Program): number => depthFor(bufferOf(program, program.kernels.length))

/** An operand of which this much is touched: its leaf in the program, its place, its words. */
export function operandPart(program: Program, buffer: number, touched: Touched, costs: Costs): Part {
  const meta = describeBuffer(program, buffer)
  const { words, hashes, siblings } = proofOf(touched)
  const place = meta.kind !== 'kernel' ? 0 : meta.place.committed ? depthFor(program.kernels.length) : depthFor(meta.place.length)
  const path = programDepth(program) + place
  const inputs = meta.kind === 'input' ? program.inputs.length : 0
  const index = tokensUpTo((1 << depthOfBuffer(meta)) - 1)
  // An offset in the list, seven words of its own, four of the proof's, and the lengths of four lists.
  const fixed = LENGTH_TOKENS + 5 * LENGTH_TOKENS + tokensUpTo(buffer) + HASH_TOKENS + tokensOfBytes(metaOf(program, buffer))
  const tokens = fixed + HASH_TOKENS + 6 * LENGTH_TOKENS + (path + words + siblings) * HASH_TOKENS + words * index + inputs * HASH_TOKENS
  const gas =
    costs.operand +
    path * costs.sibling +
    inputs * costs.input +
    words * costs.word +
    hashes * costs.hash +
    depthOfBuffer(meta) * costs.level
  return { tokens, gas }
}

/** What every step of a kernel brings: the transition, the descriptor and its leaf. */
export function kernelPart(program: Program, kernel: number, descriptor: Uint8Array, costs: Costs): Part {
  const buffer = bufferOf(program, kernel)
  const path = programDepth(program)
  const selector = 16
  const numbers = [program.inputs.length, program.constants.length, program.kernels.length, kernel].map(tokensUpTo)
  // Five hashes, the numbers, then element, evaluation, block and total.
  const transition = 5 * HASH_TOKENS + numbers.reduce((sum, each) => sum + each, 0) + 2 * tokensOf(4) + tokensOf(1) + tokensOf(2)
  // Offset of the witness, its four, three words of the proof, and the lengths of four lists.
  const heads = 5 * LENGTH_TOKENS + HASH_TOKENS + LENGTH_TOKENS + tokensOfBytes(metaOf(program, buffer)) + 4 * LENGTH_TOKENS
  const tokens = selector + transition + heads + tokensOfBytes(descriptor) + path * HASH_TOKENS
  return { tokens, gas: path * costs.sibling + Math.ceil(descriptor.length / 32) * SHA_WORD_GAS }
}

/** Of the hash of the descriptor, of the copy before it and of the copy of its code. */
const SHA_WORD_GAS = 12 + 2 * 6 + 6
