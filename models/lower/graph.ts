import type { Graph, Tensor } from '../onnx/types.ts'
import type { Builder } from './builder.ts'
import { constantOf } from './constant.ts'
import { evaluate } from './integers/evaluate.ts'
import { type Item, NodeReader, tensorOf } from './node.ts'
import { operatorFor } from './operators/registry.ts'

/** The tensors and sequences of a graph by name, and of the graphs around it. */
export class Scope {
  readonly #items = new Map<string, Item>()
  readonly #initializers: ReadonlyMap<string, Tensor>
  readonly #outer: Scope | null

  constructor(initializers: readonly Tensor[], outer: Scope | null = null) {
    this.#initializers = new Map(initializers.map((tensor) => [tensor.name, tensor]))
    this.#outer = outer
  }

  define(name: string, item: Item): void {
    this.#items.set(name, item)
  }

  /** `checkGraph` has seen to it that every name is known. */
  resolve(name: string): Item {
    const known = this.#items.get(name)
    if (known) return known
    const tensor = this.#initializers.get(name)
    if (!tensor) return this.#outer!.resolve(name)
    const item: Item = { type: tensor.type, view: constantOf(tensor) }
    this.#items.set(name, item)
    return item
  }
}

/**
 * Lowers the nodes of a graph in their order; `scope` then knows their outputs.
 * @throws {OpineError} those of the operators
 */
export function lowerNodes(graph: Graph, scope: Scope, opsets: Readonly<Record<string, number>>, builder: Builder): void {
  for (const node of graph.nodes) {
    const opset = opsets[node.domain]
    const inputs = node.inputs.map((name) => (name === '' ? null : scope.resolve(name)))
    // A branch without inputs, which sees the names around it: what If has.
    const branch = (inner: Graph): Item[] => {
      const own = new Scope(inner.initializers, scope)
      lowerNodes(inner, own, opsets, builder)
      builder.label = reader.label
      return inner.outputs.map(({ name }) => own.resolve(name))
    }
    const reader = new NodeReader(node, opset ?? 0, builder, inputs, branch)
    builder.label = reader.label
    const results = evaluate(reader) ?? operatorFor(node, opset)(reader)
    for (const [index, name] of node.outputs.entries()) {
      const result = results[index]
      if (name === '') continue
      if (!result) throw reader.unsupported(`its output ${index} ('${name}')`, `its first ${results.length} outputs`)
      scope.define(name, result)
    }
  }
}

/** The outputs of a graph, which are tensors. */
export const outputsOf = (graph: Graph, scope: Scope) =>
  graph.outputs.map(({ name }) => ({ name, value: tensorOf(scope.resolve(name), name) }))
