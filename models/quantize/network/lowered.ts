import type { Port } from '../../ir/types.ts'
import { Builder } from '../../lower/builder.ts'
import { lowerNodes, Scope } from '../../lower/graph.ts'
import { type Bindings, type Dimensions, lowerModel } from '../../lower/lower.ts'
import { contiguous } from '../../lower/view.ts'
import type { ElementType, Model, Tensor } from '../../onnx/types.ts'

/** A tensor's type and shape. */
export type Form = { readonly type: ElementType; readonly shape: readonly number[] }

/**
 * What lowering finds out about a model's tensors.
 * @property ports        inputs that are not bound
 * @property declared     the same as the file has them: their own types, no extent 1 for a scalar
 * @property initializers  those of the file, and bound inputs
 * @property scope        every tensor of the outer graph by name
 */
export type Lowered = {
  readonly ports: readonly Port[]
  readonly declared: ReadonlyMap<string, Form>
  readonly initializers: readonly Tensor[]
  readonly scope: Scope
}

/** @throws {OpineError} those of `lowerModel` */
export function lowered(model: Model, dims: Dimensions, bind: Bindings): Lowered {
  const { graph } = model
  const { inputs: ports } = lowerModel(model, dims, bind).interface
  const initializers = [...graph.initializers, ...Object.entries(bind).map(([name, tensor]) => ({ ...tensor, name }))]
  const scope = new Scope(initializers)
  const declared = new Map<string, Form>()
  for (const { name, type, shape } of ports) {
    const info = graph.inputs.find((input) => input.name === name)!
    const extents = info.shape!.length === 0 ? [] : shape
    const count = shape.reduce((total, extent) => total * extent, 1)
    scope.define(name, { type: info.type!, view: contiguous({ kind: 'input', name, type, count }, extents) })
    declared.set(name, { type: info.type!, shape: extents })
  }
  lowerNodes(graph, scope, model.opsets, new Builder())
  return { ports, declared, initializers, scope }
}
