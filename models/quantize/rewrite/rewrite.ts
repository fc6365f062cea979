import type { Graph, GraphNode } from '../../onnx/types.ts'
import type { Network } from '../network/network.ts'
import { extremes, maskedScores } from './choices.ts'
import { globalMaximum, spatialMean, unevenMean } from './means.ts'
import { groups, instances, layers, lengths, roots } from './norms.ts'
import { paddedConvolution, turnedGemm } from './products.ts'
import { repeated, smoothResize } from './resize.ts'
import { Site } from './site.ts'

/** What a node is instead, if the rule is about it; the last node gives its output. */
export type Rule = (site: Site, node: GraphNode) => readonly GraphNode[] | null

const RULES: readonly Rule[] = [
  layers,
  roots,
  lengths,
  instances,
  groups,
  spatialMean,
  unevenMean,
  globalMaximum,
  paddedConvolution,
  turnedGemm,
  smoothResize,
  repeated,
  extremes,
  maskedScores,
]

/** @property originals  by output of a new node: what stands for it where it stays in float */
export type Rewritten = { readonly graph: Graph; readonly originals: ReadonlyMap<string, readonly GraphNode[]> }

/**
 * A graph with nodes that have integer forms in the place of others: norms that exporters took apart become one node again, what has
 * no form of its own is told by what has one. Null where there is nothing to do.
 */
export function rewritten(network: Network): Rewritten | null {
  const site = new Site(network)
  const { graph } = network.model
  let changed = false
  const nodes = graph.nodes.flatMap((node) => {
    const [output, ...others] = node.outputs
    if (node.domain !== '' || others.some((name) => name !== '') || site.type(output!) !== 'f32' || site.constant(output)) return [node]
    for (const rule of RULES) {
      const instead = rule(site, node)
      if (!instead) continue
      changed = true
      return instead
    }
    return [node]
  })
  if (!changed) return null
  const initializers = [...graph.initializers, ...site.tensors]
  return { graph: { ...graph, nodes: living(nodes, graph), initializers }, originals: site.originals }
}

/** Without nodes whose outputs nobody reads any more. */
function living(nodes: readonly GraphNode[], { outputs }: Graph): GraphNode[] {
  const wanted = new Set(outputs.map(({ name }) => name))
  return nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((name) => wanted.has(name))) return false
      for (const name of node.inputs) wanted.add(name)
      return true
    })
    .toReversed()
}
