import { OpineError } from '@opine/dispute-game/errors.ts'
import { hasFold, isKnown, known } from './known.ts'
import { type Layout, shapeOfLayout } from './layout.ts'
import { type Scope, variablesOf } from './scope.ts'
import { constantTable } from './table.ts'
import { loadsOf, SCALED, type Tree } from './tree.ts'
import { noForm, type Ref } from './writer.ts'

/** Weights and bias into which the result's first operations were folded. @property result  what is left, of the folded value */
export type Scaled = { readonly weights: Ref; readonly bias: Ref | null; readonly result: Tree }

type Place = (variables: Int32Array) => number
/** `scale * x + bias` for every filter. */
type Affine = { readonly scale: Place; readonly bias: Place | null }

/**
 * Known weights, with the powers of two by which the sum is multiplied and what is added to it: prescaled weights are as exact, and the
 * runtime has its own forms of a product with a bias.
 * @param weights  null for ones
 * @param order    layout of the weights
 * @param filters  layout of the bias
 * @returns        null where the weights are not known before the model runs
 */
export function foldScale(scope: Scope, weights: Tree | null, result: Tree, order: Layout, filters: Layout): Scaled | null {
  if (weights && !isKnown(scope, weights)) return null
  const read = weights ? known(scope, weights) : () => 1
  const all = new Set(order.flat())
  const plain = (): Scaled => ({ weights: constantTable(scope, order, all, read), bias: null, result })
  const root = affineRoot(scope, result, new Set(filters.flat()))
  if (!root || root.op === 'fold') return plain()
  const affine = affineOf(scope, root)
  try {
    const scaled = constantTable(scope, order, all, (variables) => {
      const scale = affine.scale(variables)
      if (!isPowerOfTwo(scale)) throw noForm('a scale is no power of two')
      return read(variables) * scale
    })
    const { bias } = affine
    const added = bias && constantTable(scope, filters, new Set(filters.flat()), bias)
    return {
      weights: fixedShape(scope, scaled, order),
      bias: added && scope.writer.reshape(added, shapeOfLayout(filters, scope.extents)),
      result: replaced(result, root),
    }
  } catch (error) {
    // Where they cannot be prescaled exactly, they stay as they are.
    if (error instanceof OpineError && error.code === 'NO_ONNX_FORM') return plain()
    throw error
  }
}

const fixedShape = (scope: Scope, ref: Ref, order: Layout): Ref => scope.writer.reshape(ref, shapeOfLayout(order, scope.extents))

/** The greatest part of the result that is affine in the folded value for each filter, if all of the result sees the fold through it. */
function affineRoot(scope: Scope, tree: Tree, filters: ReadonlySet<number>): Tree | null {
  if (isAffine(scope, tree, filters)) return tree
  const found = new Set(tree.args.filter(hasFold).map((each) => affineRoot(scope, each, filters)))
  return found.size === 1 ? [...found][0]! : null
}

function isAffine(scope: Scope, { op, args }: Tree, filters: ReadonlySet<number>): boolean {
  const [a, b] = args
  const fixed = (tree: Tree): boolean =>
    isKnown(scope, tree) &&
    [...loadsOf(tree)].every((load) =>
      [...variablesOf(scope.kernel, scope.kernel.loads[load]!)].every((variable) => filters.has(variable) || scope.extents[variable] === 1),
    ) &&
    !namesVariable(tree)
  switch (op) {
    case 'fold':
      return true
    case 'f32.from_i32':
      return isAffine(scope, a!, filters)
    case 'f32.add':
    case 'i32.add':
    case 'f32.mul':
    case 'i32.mul':
      return (isAffine(scope, a!, filters) && fixed(b!)) || (isAffine(scope, b!, filters) && fixed(a!))
    case 'f32.sub':
    case 'i32.sub':
    case 'f32.div':
      return isAffine(scope, a!, filters) && fixed(b!)
    default:
      return false
  }
}

const namesVariable = (tree: Tree): boolean => tree.op === 'var' || tree.args.some(namesVariable)

function affineOf(scope: Scope, tree: Tree): Affine {
  if (tree.op === 'fold') return { scale: () => 1, bias: null }
  const [first, second] = tree.args as [Tree, Tree]
  if (tree.op === 'f32.from_i32') return affineOf(scope, first)
  const [inner, constant] = hasFold(first) ? [first, second] : [second, first]
  const { scale, bias } = affineOf(scope, inner)
  const by = known(scope, constant)
  switch (tree.op) {
    case 'f32.add':
    case 'i32.add':
      return { scale, bias: bias ? (variables) => bias(variables) + by(variables) : by }
    case 'f32.sub':
    case 'i32.sub':
      return { scale, bias: bias ? (variables) => bias(variables) - by(variables) : (variables) => -by(variables) }
    case 'f32.div':
      return { scale: (variables) => scale(variables) / by(variables), bias: bias && ((variables) => bias(variables) / by(variables)) }
    default:
      return { scale: (variables) => scale(variables) * by(variables), bias: bias && ((variables) => bias(variables) * by(variables)) }
  }
}

/** The tree with the folded value in the place of a part of it. */
function replaced(tree: Tree, part: Tree): Tree {
  if (tree === part) return { op: SCALED, arg: 0, args: [part] }
  return hasFold(tree) ? { ...tree, args: tree.args.map((each) => replaced(each, part)) } : tree
}

export function isPowerOfTwo(value: number): boolean {
  if (!(value > 1e-30) || value > 1e30) return false
  let rest = value
  while (rest < 1) rest *= 2
  while (rest > 1) rest /= 2
  return rest === 1
}
