import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { decodeProgramFile } from './ir/file.ts'
import type { ModelInterface, Program } from './ir/types.ts'
import { validateProgram } from './ir/validate.ts'
import { type CompiledModel, type CompileOptions, compileModel } from './lower/compile.ts'
import { decodeModel } from './onnx/decode.ts'
import type { ExternalData } from './onnx/external.ts'
import { type ProgramTree, programTree } from './trace/program-tree.ts'

/** A model ready to be run and argued about. @property root  the program root, by which requests name it */
export type LoadedModel = {
  readonly root: Hex
  readonly program: Program
  readonly interface: ModelInterface
  readonly tree: ProgramTree
}

const PROGRAM_MAGIC = 'OPINEPRG'

/**
 * A model from the bytes of a program file, which is validated, or of an ONNX file, which is compiled. What it is, its first bytes say.
 * @param external  reads files beside an ONNX file that hold its tensors; without it such a file is refused
 * @throws {OpineError} those of `decodeProgramFile`, `validateProgram`, `decodeModel` and `compileModel`
 */
export function loadModel(file: Uint8Array, options: CompileOptions = {}, external: ExternalData | null = null): LoadedModel {
  return modelOf(isProgramFile(file) ? decodeProgramFile(file) : compileModel(decodeModel(file, external), options))
}

/** @throws {OpineError} those of `validateProgram` */
export function modelOf({ program, interface: ports }: CompiledModel): LoadedModel {
  validateProgram(program)
  const tree = programTree(program)
  return { root: toHex(tree.root), program, interface: ports, tree }
}

export const isProgramFile = (file: Uint8Array): boolean =>
  new TextDecoder('latin1').decode(file.subarray(0, PROGRAM_MAGIC.length)) === PROGRAM_MAGIC

/**
 * As `loadModel`, for a file of this name, which every error then begins with.
 * @throws {OpineError} those of `loadModel`
 */
export function loadNamedModel(name: string, bytes: Uint8Array, external: ExternalData | null = null): LoadedModel {
  try {
    return loadModel(bytes, {}, external)
  } catch (cause) {
    if (!(cause instanceof OpineError)) throw cause
    throw new OpineError(cause.code, `${name}: ${cause.message}`, { ...cause.details, path: name }, { cause })
  }
}
