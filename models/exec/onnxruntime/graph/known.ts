import { fromBits } from '../../../numerics/bits.ts'
import { SCALAR_OPS } from '../../../numerics/scalar.ts'
import { isConstant, type Scope } from './scope.ts'
import { constantReader } from './table.ts'
import { loadsOf, type Tree } from './tree.ts'
import { noForm } from './writer.ts'

/** Whether the values of an expression are known before anything runs. */
export const isKnown = (scope: Scope, tree: Tree): boolean =>
  !hasFold(tree) && [...loadsOf(tree)].every((load) => isConstant(scope, scope.kernel.loads[load]!))

export const hasFold = (tree: Tree): boolean => tree.op === 'fold' || tree.args.some(hasFold)

/**
 * An expression as a function of the iteration variables.
 * @param leaf  values of nodes that are given from outside
 * @throws {OpineError} `NO_ONNX_FORM` when made, if it reads what is not known
 */
export function known(
  scope: Scope,
  tree: Tree,
  leaf: (tree: Tree) => number | undefined = () => undefined,
): (variables: Int32Array) => number {
  const given = leaf(tree)
  if (given !== undefined) return () => given
  const { op, arg } = tree
  switch (op) {
    case 'load':
      return constantReader(scope, arg)
    case 'inrange':
      return constantReader(scope, arg, 'inRange')
    case 'var':
      return (variables) => variables[arg]!
    case 'f32.const': {
      const value = fromBits(arg)
      return () => value
    }
    case 'i32.const':
      return () => arg | 0
  }
  const [a, b, c] = tree.args.map((each) => known(scope, each, leaf))
  if (op === 'select') return (variables) => (c!(variables) !== 0 ? a!(variables) : b!(variables))
  const operate = SCALAR_OPS[op]
  if (!operate || !a) throw noForm(`${op} is not known before the model runs`)
  return b ? (variables) => operate(a(variables), b(variables)) : (variables) => operate(a(variables), 0)
}
