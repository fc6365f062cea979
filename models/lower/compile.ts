import type { ModelInterface, Program } from '../ir/types.ts'
import { validateProgram } from '../ir/validate.ts'
import { decodeModel } from '../onnx/decode.ts'
import { assemble } from './assemble.ts'
import { type CutOptions, placeKernels } from './cuts.ts'
import { type Bindings, type Dimensions, lowerModel } from './lower.ts'

export type CompileOptions = CutOptions & { readonly dims?: Dimensions; readonly bind?: Bindings }

export type CompiledModel = { readonly program: Program; readonly interface: ModelInterface }

/**
 * An ONNX file as a valid program, and the names and shapes of its inputs and outputs. The same bytes and options give the same program
 * on every machine.
 * @throws {OpineError} those of `decodeModel`, `lowerModel`, `assemble`, `placeKernels` and `validateProgram`
 */
export function compile(file: Uint8Array, options: CompileOptions = {}): CompiledModel {
  const { draft, interface: ports } = lowerModel(decodeModel(file), options.dims ?? {}, options.bind ?? {})
  const program = placeKernels(assemble(draft), options)
  validateProgram(program)
  return { program, interface: ports }
}
