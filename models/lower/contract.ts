import { byteSize, type Expression, product, type StoreType } from '../ir/types.ts'
import { type Builder, byStride } from './builder.ts'
import { at } from './draft-load.ts'
import { partsOf, reshapeOrCopy, splitAlike } from './factors.ts'
import { type Factor, stepOf, type View } from './view.ts'

/** Terms from which on it is worth to lay a variable operand out anew, and bytes of a word. */
const [LONG, WORD] = [32, 32] as const

/** A view with a label for each of its dimensions, distinct; an extent of 1 stands for all positions of its label. */
export type Labelled = { readonly view: View; readonly labels: readonly number[] }

/** Loads are numbered as `operands`. What only `result` reads has labels of `output` alone. */
export type Contraction = {
  readonly operands: readonly [Labelled, ...Labelled[]]
  /** Extent of each label. */
  readonly sizes: readonly number[]
  /** Labels of the result's dimensions; all others are summed over. */
  readonly output: readonly number[]
  readonly term: Expression
  /** Where nothing is summed over, `fold` is the term itself. */
  readonly result: Expression
  readonly type: Exclude<StoreType, 'f16'>
}

/**
 * A sum of products as one kernel, row-major over `output`. Terms are taken in the order in which the first operand that is no constant lies in its
 * buffer; the others are laid out to match, constants while compiling, so that a step opens neighbouring words.
 */
export function contract(builder: Builder, { operands, sizes, output, term, result, type }: Contraction): View {
  const summed = [...new Set(operands.flatMap(({ labels }) => labels))].filter((label) => !output.includes(label))
  const all = [...output, ...summed]
  const shape = all.map((label) => sizes[label]!)
  const split = splitAlike(
    builder,
    operands.map(({ view, labels }) => expanded(view, labels, all)),
    shape,
  )
  const extents = split.parts.flat()
  const parts = (labels: readonly number[]): number[] =>
    partsOf(
      split,
      labels.map((label) => all.indexOf(label)),
    )
  const lead = operands.findIndex(({ view }) => view.buffer.kind !== 'constant')
  const folded = byStride(split.views[Math.max(0, lead)]!, parts(summed))
  const kept = parts(output)
  const order = [...kept, ...folded]
  const variables = [...(kept.length > 0 ? kept : [-1]), ...folded]
  const code = folded.length > 0 ? result : result.flatMap((step) => (step.op === 'fold' ? term : [step]))
  const view = builder.emit({
    type,
    shape: kept.length > 0 ? kept.map((dim) => extents[dim]!) : [1],
    operands: split.views.map((each) => ({
      view: packed(builder, each, order, folded),
      at: extents.map((_, dim) => at(variables.indexOf(dim))),
    })),
    ...(folded.length > 0 ? { reduce: { op: 'sum', extents: folded.map((dim) => extents[dim]!), term } } : {}),
    result: code,
  })
  return reshapeOrCopy(
    builder,
    view,
    output.map((label) => sizes[label]!),
  )
}

/** The view with its dimensions in the order of `all`, and one of extent 1 for each label that it lacks. */
const expanded = (view: View, labels: readonly number[], all: readonly number[]): View => ({
  ...view,
  dims: all.map((label) => view.dims[labels.indexOf(label)] ?? []),
})

/**
 * The view laid out with its dimensions in `order`, where that costs nothing (a constant) or a step would otherwise open another word for each term.
 * Dimensions along which it repeats stay.
 */
function packed(builder: Builder, view: View, order: readonly number[], folded: readonly number[]): View {
  const own = order.filter((dim) => view.dims[dim]!.some((factor) => stepOf(view, factor) !== 0))
  const free = view.buffer.kind === 'constant' && view.guards.length === 0
  if (own.length === 0 || !(free || isScattered(view, folded))) return view
  const inner = { ...view, dims: own.map((dim) => view.dims[dim]!) }
  if (
    inner.guards.some((_, guard) => order.some((dim) => !own.includes(dim) && view.dims[dim]!.some(({ guards }) => guards[guard] !== 0)))
  ) {
    return view
  }
  const copy = builder.copy(inner)
  const repeated = (factors: readonly Factor[]): Factor[] => factors.map((factor) => ({ ...factor, guards: [] }))
  return { ...copy, dims: view.dims.map((dim, index) => (own.includes(index) ? copy.dims[own.indexOf(index)]! : repeated(dim))) }
}

/** Whether neighbouring terms of a long sum lie in different words. */
function isScattered(view: View, folded: readonly number[]): boolean {
  const factors = folded.flatMap((dim) => view.dims[dim]!)
  const steps = factors.map((factor) => Math.abs(stepOf(view, factor))).filter((step) => step !== 0)
  const terms = product(factors.map(({ extent }) => extent))
  return terms >= LONG && (steps.at(-1) ?? 0) * byteSize(view.buffer.type) >= WORD
}
