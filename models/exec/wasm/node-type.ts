import { OPCODES } from '../../ir/opcodes.ts'
import type { ScalarType } from '../../ir/types.ts'
import type { Context } from './context.ts'
import type { Graph } from './graph.ts'

/** What a node of a kernel's code gives. */
export function typeOf(context: Context, graph: Graph, node: number): ScalarType {
  const { op, args, arg } = graph.nodes[node]!
  if (op === 'select') return typeOf(context, graph, args[0]!)
  if (op === 'load') return context.loads.get(arg)!.source.type === 'f32' ? 'f32' : 'i32'
  if (op === 'fold') return context.nest.reduce!.type
  return OPCODES[op]!.gives[0] as ScalarType
}
