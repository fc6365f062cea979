import { opcodeOf } from '../../../ir/expression.ts'
import type { Expression, Instruction } from '../../../ir/types.ts'

/** An expression as a tree; what a local holds is one node, wherever it is read. */
export type Tree = { readonly op: string; readonly arg: number; readonly args: readonly Tree[] }

/** A node that stands for its argument, which the graph has already. */
export const SCALED = 'scaled'

/** Valid postfix code as a tree. */
export function treeOf(code: Expression): Tree {
  const stack: Tree[] = []
  const locals: Tree[] = []
  for (const instruction of code) step(instruction, stack, locals)
  return stack[0]!
}

function step({ op, arg = 0 }: Instruction, stack: Tree[], locals: Tree[]): void {
  if (op === 'set') locals[arg] = stack.pop()!
  else if (op === 'get') stack.push(locals[arg]!)
  else {
    const { takes } = opcodeOf(op)
    const args = takes.length === 0 ? [] : stack.splice(stack.length - takes.length)
    stack.push({ op, arg, args })
  }
}

/** An integer whose low `bits` bits are kept and read as a number with a sign: shifted up, and down again. */
export function signExtended({ op, args }: Tree): { readonly value: Tree; readonly bits: number } | null {
  const [up, by] = args
  if (op !== 'i32.shr_s' || up?.op !== 'i32.shl' || by?.op !== 'i32.const') return null
  const [value, back] = up.args
  return back?.op === 'i32.const' && back.arg === by.arg && by.arg > 0 && by.arg < 31 ? { value: value!, bits: 32 - by.arg } : null
}

/** Numbers of the loads that a tree names. */
export function loadsOf(tree: Tree, found: Set<number> = new Set()): Set<number> {
  if (tree.op === 'load' || tree.op === 'inrange') found.add(tree.arg)
  for (const each of tree.args) loadsOf(each, found)
  return found
}

/** Whether any node of the tree is one of these operations. */
export const names = (tree: Tree, ...ops: readonly string[]): boolean =>
  ops.includes(tree.op) || tree.args.some((each) => names(each, ...ops))
