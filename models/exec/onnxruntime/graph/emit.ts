import { indicesOf } from '../../../ir/types.ts'
import { fromBits } from '../../../numerics/bits.ts'
import { SCALAR_OPS } from '../../../numerics/scalar.ts'
import { type Fact, isExact } from './facts.ts'
import { joined } from './joined.ts'
import type { Layout } from './layout.ts'
import { lowBitsSigned } from './low-bits.ts'
import { constant, type Item, number } from './operand.ts'
import { OPERATIONS } from './operations.ts'
import { readLoad } from './read.ts'
import { type Scope, variablesOf } from './scope.ts'
import { constantReader, smallTable } from './table.ts'
import { signExtended, type Tree } from './tree.ts'
import { noForm, type Ref } from './writer.ts'

/**
 * @property facts  of the kernel's expressions
 * @property leaf   what the graph has for a node already: the folded value, or an operand that was read in another way
 */
export type Emission = Scope & { readonly facts: (tree: Tree) => Fact; readonly leaf: (tree: Tree) => Ref | undefined }

/** The tensor of an expression's values in a layout, of `f32`; axes on which it does not depend may have extent 1. @throws {OpineError} `NO_ONNX_FORM` */
export function emit(scope: Emission, root: Tree, layout: Layout): Ref {
  const memo = new Map<Tree, Item>()
  const item = (tree: Tree): Item => {
    let made = memo.get(tree)
    if (made === undefined) {
      made = scope.leaf(tree) ?? node(scope, tree, layout, item)
      memo.set(tree, made)
    }
    return made
  }
  const made = item(root)
  return typeof made === 'number' ? constant(scope.writer, made) : number(scope.writer, made)
}

const INTEGER = /^i32\.|^f32\.from_i32$/

function node(scope: Emission, tree: Tree, layout: Layout, item: (tree: Tree) => Item): Item {
  const { writer, kernel } = scope
  const { op, arg } = tree
  switch (op) {
    case 'load':
      expectExact(scope, tree)
      return readLoad(scope, arg, layout)
    case 'inrange':
      if (indicesOf(kernel.loads[arg]!).length > 0) throw noForm('it looks whether other values point into a table')
      return smallTable(scope, layout, variablesOf(kernel, kernel.loads[arg]!), constantReader(scope, arg, 'inRange'), 'bool')
    case 'var':
      return smallTable(scope, layout, new Set([arg]), (variables) => variables[arg]!)
    case 'f32.const':
      return fromBits(arg)
    case 'i32.const':
      return arg | 0
  }
  if (op === 'select') expectExact(scope, tree)
  const together = op === 'select' ? joined(scope, tree, layout) : null
  if (together) return together
  const extended = signExtended(tree)
  if (extended && (scope.exactIntegers || isExact(scope.facts(extended.value)))) {
    const value = item(extended.value)
    if (typeof value !== 'number') return lowBitsSigned(writer, number(writer, value), scope.facts(extended.value), extended.bits)
  }
  const args = tree.args.map(item)
  if (args.every((each) => typeof each === 'number') && SCALAR_OPS[op]) return SCALAR_OPS[op](args[0]!, args[1] ?? 0)
  if (!scope.exactIntegers && INTEGER.test(op)) {
    const read = op === 'i32.from_f32' ? [tree] : [tree, ...tree.args]
    if (op === 'i32.mul' || !read.every((each) => isExact(scope.facts(each))))
      throw noForm(`${op} may leave the integers that binary32 tells apart`)
  }
  const operate = OPERATIONS[op]
  if (!operate) throw noForm(`${op} has no form`)
  return operate({
    writer,
    refs: args.map((each) => (typeof each === 'number' ? constant(writer, each) : each)),
    args,
    facts: tree.args.map(scope.facts),
  })
}

/** @throws {OpineError} `NO_ONNX_FORM` where one of the values among which is chosen is an integer that binary32 may not hold */
function expectExact(scope: Emission, tree: Tree): void {
  if (scope.exactIntegers) return
  if (tree.op === 'select') for (const each of tree.args.slice(0, 2)) expectExact(scope, each)
  const integer = tree.op === 'load' && scope.operand(scope.kernel.loads[tree.arg]!.buffer).type === 'i32'
  if (integer && !isExact(scope.facts(tree))) throw noForm('it copies integers that binary32 may not tell apart')
}
