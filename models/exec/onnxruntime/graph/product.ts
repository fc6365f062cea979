import { convolution } from './convolution.ts'
import type { Digit } from './digits.ts'
import type { Emission } from './emit.ts'
import type { Layout } from './layout.ts'
import { matrixProduct } from './matrix.ts'
import { digitsOfLoad, isConstant, variablesOf } from './scope.ts'
import { loadsOf, type Tree } from './tree.ts'
import { sortedAsIn } from './value.ts'
import type { Ref } from './writer.ts'

/** A fold in the graph: the tensor, and which output variables lie along its axes. @property result  what is left of the kernel's result */
export type Folded = { readonly ref: Ref; readonly layout: Layout; readonly result: Tree }

/** The two factors of a sum of products; `data` is a load that is known when the model runs, `weights` any expression of other loads. */
export type Factors = { readonly data: Tree; readonly load: number; readonly weights: Tree | null }

function factorsOf(scope: Emission, term: Tree): Factors | null {
  const variable = (tree: Tree): number[] => [...loadsOf(tree)].filter((each) => !isConstant(scope, scope.kernel.loads[each]!))
  const single = (tree: Tree): number | null => {
    const loads = variable(tree)
    const usesOthers = loadsOf(tree).size !== loads.length
    return loads.length === 1 && !usesOthers && !namesVariable(tree) ? loads[0]! : null
  }
  if (term.op === 'f32.mul' || term.op === 'i32.mul') {
    const [a, b] = term.args as [Tree, Tree]
    for (const [data, weights] of [
      [a, b],
      [b, a],
    ] as const) {
      const load = single(data)
      const rest = variable(weights)
      if (load !== null && !rest.includes(load) && (rest.length === 0 || weights.op === 'load')) return { data, load, weights }
    }
    return null
  }
  const load = single(term)
  return load === null ? null : { data: term, load, weights: null }
}

const namesVariable = (tree: Tree): boolean => tree.op === 'var' || tree.op === 'inrange' || tree.args.some(namesVariable)

/**
 * A sum of products as Conv, MatMul or Gemm; null where it is none of these.
 * @throws {OpineError} `NO_ONNX_FORM`
 */
export function emitProduct(scope: Emission, term: Tree, result: Tree): Folded | null {
  const { kernel, extents } = scope
  const factors = factorsOf(scope, term)
  if (!factors) return null
  const { load } = factors
  const digits = digitsOfLoad(scope, kernel.loads[load]!)
  if (!digits) return null
  const rank = kernel.shape.length
  const all = extents.map((_, variable) => variable).filter((variable) => extents[variable]! > 1)
  const inData = new Set(digits.flatMap(({ terms }) => terms.map(({ variable }) => variable)))
  const inWeights = new Set(
    factors.weights ? [...loadsOf(factors.weights)].flatMap((each) => [...variablesOf(kernel, kernel.loads[each]!)]) : [],
  )
  // In the order in which they lie in the data, so that these are not moved; the weights are.
  const lie = sortedAsIn(scope.operand(kernel.loads[load]!.buffer).value!, digits).flatMap(({ terms }) =>
    terms.map(({ variable }) => variable),
  )
  const ordered = [...new Set(lie), ...all.filter((variable) => !inData.has(variable))]
  const outputs = ordered.filter((variable) => variable < rank)
  const summed = ordered.filter((variable) => variable >= rank)
  // Each term of the sum has its own element of the data; each output depends on something.
  if (!summed.every((variable) => inData.has(variable)) || !outputs.every((variable) => inData.has(variable) || inWeights.has(variable)))
    return null
  const group = outputs.filter((variable) => inData.has(variable) && inWeights.has(variable))
  const filters = outputs.filter((variable) => !inData.has(variable))
  const rows = outputs.filter((variable) => inData.has(variable) && !inWeights.has(variable))
  const shape = { ...factors, digits, group, filters, rows, summed, rank }
  if (isSliding(shape)) return convolution(scope, shape, result)
  return (
    (factors.weights && liesChannelsFirst(scope, shape) ? convolution(scope, shape, result) : null) ?? matrixProduct(scope, shape, result)
  )
}

/** A sum of products, its variables sorted by the factors that depend on them. */
export type Shape = Factors & {
  readonly digits: readonly Digit[]
  /** Output variables of both factors, of the weights alone, and of the data alone; and those that are summed over. */
  readonly group: readonly number[]
  readonly filters: readonly number[]
  readonly rows: readonly number[]
  readonly summed: readonly number[]
  readonly rank: number
}

const isSliding = ({ digits }: Shape): boolean => digits.some(({ terms }) => terms.length > 1)

/** Whether some summed axis of the data lies outside one of its rows, as channels before positions do. */
function liesChannelsFirst(scope: Emission, { load, digits, rows, summed }: Shape): boolean {
  const value = scope.operand(scope.kernel.loads[load]!.buffer).value!
  const lie = sortedAsIn(value, digits)
  const place = (variables: readonly number[]): number[] =>
    lie.flatMap(({ terms }, at) => (terms.some(({ variable }) => variables.includes(variable)) ? [at] : []))
  const [outer, inner] = [place(summed), place(rows)]
  return outer.length > 0 && inner.length > 0 && Math.min(...outer) < Math.max(...inner)
}
