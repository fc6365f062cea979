import { OPCODES } from '../../ir/opcodes.ts'
import type { Expression } from '../../ir/types.ts'

/** One operation over earlier nodes; `arg` is the immediate. Locals are gone: who reads one refers to what was stored. */
export type Node = { readonly op: string; readonly args: readonly number[]; readonly arg: number }

/** A piece of postfix code as a graph without repetitions, operands first. @property uses  how often each node is an operand, or the root */
export type Graph = { readonly nodes: readonly Node[]; readonly root: number; readonly uses: readonly number[] }

/** Valid code only (SPEC section 5 `CODE`). */
export function graphOf(code: Expression): Graph {
  const nodes: Node[] = []
  const known = new Map<string, number>()
  const stack: number[] = []
  const locals: number[] = []
  for (const { op, arg = 0 } of code) {
    if (op === 'set') locals[arg] = stack.pop()!
    else if (op === 'get') stack.push(locals[arg]!)
    else {
      const args = stack.splice(stack.length - OPCODES[op]!.takes.length)
      const key = `${op} ${arg} ${args.join(' ')}`
      let node = known.get(key)
      if (node === undefined) {
        node = nodes.push({ op, args, arg }) - 1
        known.set(key, node)
      }
      stack.push(node)
    }
  }
  return withUses(nodes, stack.pop()!)
}

function withUses(nodes: readonly Node[], root: number): Graph {
  const uses = nodes.map(() => 0)
  const visit = (node: number): void => {
    uses[node]!++
    if (uses[node] === 1) nodes[node]!.args.forEach(visit)
  }
  visit(root)
  return { nodes, root, uses }
}

/** The same graph with other immediates. */
export const withArguments = ({ nodes, root, uses }: Graph, change: (node: Node) => number): Graph => ({
  nodes: nodes.map((node) => ({ ...node, arg: change(node) })),
  root,
  uses,
})

/** The same graph with other leaves; what a known condition selects is selected. */
export function rewritten({ nodes, root }: Graph, change: (node: Node) => Node): Graph {
  const made: Node[] = []
  const place: number[] = []
  nodes.forEach((node, number) => {
    const { op, args, arg } = change(node)
    const operands = args.map((operand) => place[operand]!)
    const condition = op === 'select' ? made[operands[2]!]! : undefined
    if (condition?.op === 'i32.const') place[number] = operands[condition.arg === 0 ? 1 : 0]!
    else place[number] = made.push({ op, args: operands, arg }) - 1
  })
  return withUses(made, place[root]!)
}

/** The operations that the root needs, each once. */
export const operationsOf = ({ nodes, uses }: Graph): Node[] => nodes.filter((_, node) => uses[node]! > 0)

const LONG = 12

/** Whether a graph takes so many operations, one after the other mostly, that a machine waits for their results. */
export const isLong = (graph: Graph): boolean => operationsOf(graph).length > LONG
