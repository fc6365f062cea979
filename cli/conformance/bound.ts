import { OpineError } from '@opine/dispute-game/errors.ts'
import { type CompiledModel, compileModel } from '@opine/models/lower/compile.ts'
import type { Model, Tensor, ValueInfo } from '@opine/models/onnx/types.ts'

/**
 * Which inputs are constants of the program: none, then shapes, axes and switches, then all integers, then everything; the first choice
 * that compiles counts.
 */
const BINDINGS: readonly ((tensor: Tensor) => boolean)[] = [
  () => false,
  ({ type }) => type === 'i64' || type === 'bool',
  ({ type }) => type !== 'f32' && type !== 'f16',
  () => true,
]

/** @property bound  whether this input of the case is a constant of the program */
export type BoundModel = CompiledModel & { readonly bound: (tensor: Tensor) => boolean }

/**
 * Compiles the model of a case, whose inputs are `tensors` in the model's order. A model whose inputs are all bound gets one that nobody
 * reads, since a program has at least one. Cases are of any operator set: whether ours means the same, their expected outputs tell.
 * @throws {OpineError} the last refusal, where no choice of bindings compiles
 */
export function compileBound(model: Model, tensors: readonly Tensor[]): BoundModel {
  const { graph } = model
  // Old models list their initializers among their inputs.
  const fed = graph.inputs.filter(({ name }) => !graph.initializers.some((tensor) => tensor.name === name))
  let refusal: unknown
  for (const bound of BINDINGS) {
    const bind = Object.fromEntries(tensors.flatMap((tensor, position) => (bound(tensor) ? [[fed[position]!.name, tensor]] : [])))
    const inputs: ValueInfo[] = [...graph.inputs]
    if (Object.keys(bind).length === fed.length) inputs.push({ name: 'read by nobody', type: 'f32', shape: [1] })
    try {
      return { ...compileModel({ ...model, graph: { ...graph, inputs } }, { bind, anyOpset: true }), bound }
    } catch (error) {
      if (!(error instanceof OpineError)) throw error
      refusal = error
    }
  }
  throw refusal
}
