import { numbersOf } from '../../lower/constant.ts'
import type { Scope } from '../../lower/graph.ts'
import type { Bindings, Dimensions } from '../../lower/lower.ts'
import type { Attribute, Graph, GraphNode, Model, Tensor } from '../../onnx/types.ts'
import { lowered } from './lowered.ts'

/** A model whose branches on constant conditions are the nodes of the branch that is taken; others stay. */
export function withoutBranches(model: Model, dims: Dimensions, bind: Bindings): Model {
  for (let current = model; ; ) {
    const { graph } = current
    if (!graph.nodes.some(({ op }) => op === 'If')) return current
    const { scope } = lowered(current, dims, bind)
    const taken = graph.nodes.map((node) => branchOf(node, scope))
    if (taken.every((branch) => branch === null)) return current
    const initializers = [...graph.initializers, ...taken.flatMap((branch) => branch?.initializers ?? [])]
    const nodes = graph.nodes.flatMap((node, index) => taken[index]?.nodes ?? [node])
    current = { ...current, graph: { ...graph, nodes, initializers } }
  }
}

/** What an If on a constant is, under names of its own; null for another node. */
function branchOf(
  node: GraphNode,
  scope: Scope,
): { readonly nodes: readonly GraphNode[]; readonly initializers: readonly Tensor[] } | null {
  if (node.op !== 'If' || node.domain !== '') return null
  const condition = scope.resolve(node.inputs[0]!)
  if (!('view' in condition) || condition.view.buffer.kind !== 'constant') return null
  const chosen = node.attributes[numbersOf(condition.view)![0] !== 0 ? 'then_branch' : 'else_branch']
  if (!chosen || !('graph' in chosen)) return null
  const { graph } = chosen
  const label = node.outputs.find((name) => name !== '') ?? node.name
  const names = new Map(namesIn(graph).map((name) => [name, name === '' ? '' : `${label}/${name}`]))
  const renamed = (name: string): string => names.get(name) ?? name
  const copies = node.outputs.flatMap((output, index) =>
    output === ''
      ? []
      : [{ op: 'Identity', domain: '', name: output, inputs: [renamed(graph.outputs[index]!.name)], outputs: [output], attributes: {} }],
  )
  return {
    nodes: [...graph.nodes.map((inner) => renamedNode(inner, renamed)), ...copies],
    initializers: graph.initializers.map((tensor) => ({ ...tensor, name: renamed(tensor.name) })),
  }
}

function renamedNode(node: GraphNode, renamed: (name: string) => string): GraphNode {
  const attributes = Object.entries(node.attributes).map(([key, attribute]): [string, Attribute] => [
    key,
    'graph' in attribute ? { graph: renamedGraph(attribute.graph, renamed) } : attribute,
  ])
  return { ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed), attributes: Object.fromEntries(attributes) }
}

/** A graph within, which sees the names around it, but for those that it gives to tensors of its own. */
function renamedGraph(graph: Graph, around: (name: string) => string): Graph {
  const own = new Set(namesIn(graph))
  const renamed = (name: string): string => (own.has(name) ? name : around(name))
  return {
    ...graph,
    nodes: graph.nodes.map((node) => renamedNode(node, renamed)),
    outputs: graph.outputs.map((output) => ({ ...output, name: renamed(output.name) })),
  }
}

/** What a graph calls its constants and results. */
const namesIn = ({ initializers, nodes }: Graph): string[] => [
  ...initializers.map(({ name }) => name),
  ...nodes.flatMap(({ outputs }) => outputs),
]
