import { OpineError } from '@opine/dispute-game/errors.ts'
import { i32, load, op, variable } from '../ir/expression.ts'
import { type Expression, product, type ReduceOp } from '../ir/types.ts'
import { MAX_TERMS } from './block.ts'
import type { Builder } from './builder.ts'
import { at, type Index } from './draft-load.ts'
import { type FoldSource, foldTypeOf } from './kernel-source.ts'
import { contiguous, type View } from './view.ts'

/** Parts shorter than this would be too many: then what is left over gets a kernel of its own. */
const MIN_PART = 256

const COMBINE: Readonly<Record<ReduceOp, string>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' }

/**
 * A fold of more terms than one kernel takes: a kernel of partial folds over the innermost of the terms and one of their totals, each of
 * which may again be split so. Where the extent at the cut has no fitting divisor, its rest is folded by a kernel of its own.
 * @returns the output of the last kernel, row-major over `source.shape`
 */
export function emitLongFold(builder: Builder, source: FoldSource): View {
  const { extents, op: name } = source.reduce
  if (!Number.isSafeInteger(product(extents))) {
    throw new OpineError('REDUCTION_TOO_LONG', `'${builder.label}' reduces over 2^53 terms or more.`, { node: builder.label, extents })
  }
  const inner = (from: number): number => product(extents.slice(from))
  let cut = extents.length - 1
  while (inner(cut) <= MAX_TERMS) cut -= 1
  const extent = extents[cut]!
  const most = Math.floor(MAX_TERMS / inner(cut + 1))
  let part = most
  while (extent % part !== 0) part -= 1
  if (part * inner(cut + 1) >= MIN_PART) {
    return emitTotals(builder, source, builder.emit(inParts(source, cut, part)), [...extents.slice(0, cut), extent / part])
  }
  const main = extent - (extent % most)
  const type = foldTypeOf(source)
  const operands = [builder.emit(between(source, cut, 0, main)), builder.emit(between(source, cut, main, extent))].map((view) => ({
    view,
    at: source.shape.map((_, dim) => at(dim)),
  }))
  const both = builder.emit({ type, shape: source.shape, operands, result: [load(0), load(1), op(`${type}.${COMBINE[name]}`)] })
  return emitTotals(builder, source, both, [1])
}

/** The fold and result of `source` over partial folds, which lie in one buffer `[shape.., extents..]`. */
function emitTotals(builder: Builder, source: FoldSource, partial: View, extents: readonly number[]): View {
  const rank = source.shape.length
  const own = source.operands.length
  // What the result reads does not depend on the reduce coordinates.
  const operands = source.operands.map(({ view, at: indices, fill }) => ({
    view,
    at: indices.map((index): Index => ({ ...index, terms: index.terms.filter(([read]) => read < rank) })),
    ...(fill === undefined ? {} : { fill }),
  }))
  const whole = contiguous(partial.buffer, [...source.shape, ...extents])
  return builder.emit({
    ...source,
    operands: [...operands, { view: whole, at: whole.dims.map((_, dim) => at(dim)) }],
    reduce: { ...source.reduce, extents, type: foldTypeOf(source), term: [load(own)] },
  })
}

/** Reduce coordinate `cut` in two: the outer one becomes the last of the output coordinates, the inner one has extent `part`. */
function inParts(source: FoldSource, cut: number, part: number): FoldSource {
  const { extents, term } = source.reduce
  const outer = source.shape.length + cut
  return {
    ...bare(source),
    shape: [...source.shape, ...extents.slice(0, cut), extents[cut]! / part],
    operands: source.operands.map((operand) => ({
      ...operand,
      at: operand.at.map(
        (index): Index => ({
          ...index,
          terms: index.terms.flatMap(([read, step]): [number, number][] => {
            if (read < outer) return [[read, step]]
            const next: [number, number] = [read + 1, step]
            return read > outer ? [next] : [[outer, step * part], next]
          }),
        }),
      ),
    })),
    reduce: {
      ...source.reduce,
      type: foldTypeOf(source),
      extents: [part, ...extents.slice(cut + 1)],
      term: onVariable(term, (read) => {
        if (read < outer) return [variable(read)]
        return read > outer ? [variable(read + 1)] : [variable(outer), i32(part), op('i32.mul'), variable(outer + 1), op('i32.add')]
      }),
    },
  }
}

/** The fold over `start .. end - 1` of reduce coordinate `cut` alone. */
function between(source: FoldSource, cut: number, start: number, end: number): FoldSource {
  const moved = source.shape.length + cut
  const shift = (index: Index): Index => ({
    ...index,
    offset: index.terms.reduce((offset, [read, step]) => (read === moved ? offset + step * start : offset), index.offset),
  })
  return {
    ...bare(source),
    operands: source.operands.map((operand) => ({ ...operand, at: operand.at.map(shift) })),
    reduce: {
      ...source.reduce,
      type: foldTypeOf(source),
      extents: source.reduce.extents.with(cut, end - start),
      term: onVariable(source.reduce.term, (read) => (read === moved ? [variable(read), i32(start), op('i32.add')] : [variable(read)])),
    },
  }
}

/** The total itself as result. */
const bare = (source: FoldSource): FoldSource => ({ ...source, type: foldTypeOf(source), result: [op('fold')] })

const onVariable = (code: Expression, change: (read: number) => Expression): Expression =>
  code.flatMap((step) => (step.op === 'var' ? change(step.arg!) : [step]))
