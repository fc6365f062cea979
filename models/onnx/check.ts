import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Graph } from './types.ts'

/**
 * Checks that every name in a graph is defined once and before its use, as ONNX demands; graphs in attributes see the names around
 * them. A graph with a cycle has no such order.
 * @throws {OpineError} `DUPLICATE_TENSOR`, `UNDEFINED_TENSOR`, `UNSORTED_GRAPH`
 */
export function checkGraph(graph: Graph, outer: (name: string) => boolean = () => false): void {
  const defined = new Set<string>()
  const inputs = new Set<string>()
  for (const input of graph.inputs) define(input.name, 'input', inputs)
  // Up to IR version 3 an initializer is listed among the inputs too, as the input's default.
  const initializers = new Set<string>()
  for (const tensor of graph.initializers) define(tensor.name, 'initializer', initializers)
  for (const name of [...inputs, ...initializers]) defined.add(name)
  const produced = new Set(graph.nodes.flatMap((node) => node.outputs))
  const require = (name: string, user: string): void => {
    if (name === '' || defined.has(name) || outer(name)) return
    if (produced.has(name)) {
      const message = `${user} reads '${name}', which a later node writes: the graph has a cycle or is not sorted. Sort its nodes topologically.`
      throw new OpineError('UNSORTED_GRAPH', message, { tensor: name, user })
    }
    throw new OpineError('UNDEFINED_TENSOR', `${user} reads '${name}', which is no input, initializer or node output.`, {
      tensor: name,
      user,
    })
  }
  for (const [index, node] of graph.nodes.entries()) {
    const label = `Node ${index} ('${node.name}', ${node.op})`
    for (const name of node.inputs) require(name, label)
    for (const attribute of Object.values(node.attributes)) {
      if ('graph' in attribute) checkGraph(attribute.graph, (name) => defined.has(name) || outer(name))
    }
    for (const name of node.outputs) if (name !== '') define(name, label, defined)
  }
  for (const output of graph.outputs) {
    if (output.name === '') throw new OpineError('UNDEFINED_TENSOR', 'A graph output has no name.')
    require(output.name, 'The graph output')
  }
}

function define(name: string, definer: string, defined: Set<string>): void {
  if (defined.has(name)) {
    throw new OpineError('DUPLICATE_TENSOR', `'${name}' is defined twice, the second time by ${definer}.`, { tensor: name, definer })
  }
  defined.add(name)
}
