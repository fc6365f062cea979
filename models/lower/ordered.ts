import type { Builder } from './builder.ts'
import type { Index } from './draft-load.ts'
import type { KernelSource } from './kernel-source.ts'
import { type Factor, permute, type View } from './view.ts'

/**
 * Emits a kernel whose output lies in its buffer with the variables in `order`, outermost first; the view has them in
 * their own order.
 */
export function emitInOrder(builder: Builder, source: KernelSource, order: readonly number[]): View {
  const place = order.map((_, variable) => order.indexOf(variable))
  const moved = (index: Index): Index => ({
    ...index,
    terms: index.terms.map(([variable, step]) => [place[variable] ?? variable, step] as const),
  })
  const operands = source.operands.map((operand) => ({ ...operand, at: operand.at.map(moved) }))
  return permute(builder.emit({ ...source, shape: order.map((variable) => source.shape[variable]!), operands }), place)
}

/** The view with each of its factors as a dimension. */
export const exploded = (view: View): View => ({
  ...view,
  dims: view.dims.flatMap((factors) => factors.map((factor): Factor[] => [factor])),
})
