import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { branch, leafAt, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { encodeKernel } from '../ir/encode.ts'
import type { Program } from '../ir/types.ts'
import { type BufferProof, bufferProof, type ProgramTree } from './program-tree.ts'

/**
 * What a demand for a version's files is answered with at one place, SPEC section 11.
 * @param descriptor  of a kernel; empty for a constant
 * @param word        of a constant, 32 bytes; `siblings` in its tensor tree, bottom up
 */
export type PlaceProof = {
  readonly proof: BufferProof
  readonly descriptor: Uint8Array
  readonly word: Uint8Array
  readonly siblings: readonly Uint8Array[]
}

/**
 * Opens a drawn place of a program.
 * @param buffer  index of a constant or a kernel
 * @param draw    of a constant, word `draw mod words` is opened
 * @throws {OpineError} `BUFFER_OUT_OF_RANGE`
 */
export function placeProof(program: Program, tree: ProgramTree, buffer: number, draw: bigint): PlaceProof {
  const proof = bufferProof(tree, buffer)
  const { inputs, constants, kernels } = program
  const constant = constants[buffer - inputs.length]
  if (!constant) {
    const kernel = kernels[buffer - inputs.length - constants.length]
    return { proof, descriptor: kernel ? encodeKernel(kernel) : new Uint8Array(), word: new Uint8Array(WORD), siblings: [] }
  }
  const words = tensorTree(constant.bytes)
  const index = Number(draw % BigInt(Math.ceil(constant.bytes.length / WORD)))
  return { proof, descriptor: new Uint8Array(), word: leafAt(words, index), siblings: branch(words, index) }
}
