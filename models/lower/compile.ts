import type { ModelInterface, Program } from '../ir/types.ts'
import { validateProgram } from '../ir/validate.ts'
import { decodeModel } from '../onnx/decode.ts'
import { checkOpset } from '../onnx/opset.ts'
import type { Model } from '../onnx/types.ts'
import { assemble, type Draft } from './assemble.ts'
import { type CutOptions, placeKernels, worthDigesting } from './cuts.ts'
import { digestOf } from './digest.ts'
import { type Bindings, type Dimensions, lowerModel } from './lower.ts'

/** @property anyOpset  take operators of any version for those known here: for who checks the results, as a conformance suite does */
export type CompileOptions = CutOptions & { readonly dims?: Dimensions; readonly bind?: Bindings; readonly anyOpset?: boolean }

export type CompiledModel = { readonly program: Program; readonly interface: ModelInterface }

/**
 * An ONNX file as a valid program, and the names and shapes of its inputs and outputs. The same bytes and options give the same program
 * on every machine.
 *
 * A port has the type of the program's buffer, not of the model: int64 is `i32` (whoever feeds it converts, and refuses values outside
 * of -2^31 .. 2^31 - 1), bool is `u8` 0 or 1, and outputs of float16 are `f32`. Inputs of float16 stay as they are.
 * @throws {OpineError} those of `decodeModel`, `checkOpset`, `lowerModel`, `assemble`, `placeKernels` and `validateProgram`
 */
export function compile(file: Uint8Array, options: CompileOptions = {}): CompiledModel {
  return compileModel(decodeModel(file), options)
}

/** `compile` for a model that is decoded already. */
export function compileModel(model: Model, options: CompileOptions = {}): CompiledModel {
  if (!options.anyOpset) checkOpset(model)
  const { draft, interface: ports } = lowerModel(model, options.dims ?? {}, options.bind ?? {})
  const plain = assemble(draft)
  const { kernels, claims } = worthDigesting(plain, options)
  const program = placeKernels(kernels.length === 0 ? plain : assemble(withDigests(draft, kernels)), { ...options, claims })
  validateProgram(program)
  return { program, interface: ports }
}

/** Each digest right behind what it digests, in whose segment it has to be. */
const withDigests = (draft: Draft, digested: readonly number[]): Draft => ({
  ...draft,
  kernels: draft.kernels.flatMap((kernel, index) => (digested.includes(index) ? [kernel, digestOf(kernel.output)] : [kernel])),
})
