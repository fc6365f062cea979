import type { Digit } from './digits.ts'
import { type GraphWriter, type Ref, same } from './writer.ts'

/** Which elements of a digit's positions `start .. start + length - 1` are wanted, and how many fills before and after. */
export type Cutout = { readonly start: number; readonly end: number; readonly before: number; readonly after: number }

/** The window of `reach` positions that begins at the digit's coordinate `offset`. */
export function cutout({ start, length, offset }: Digit, reach: number): Cutout {
  const before = offset < 0 ? -offset : 0
  const first = offset > 0 ? offset : 0
  const last = offset + reach
  const end = last < length ? last : length
  const after = last > length ? last - length : 0
  return { start: start + first, end: start + end, before, after }
}

/**
 * The window of an operator that goes on in steps of `stride` for as long as it can: where so few positions are left over at the end that there is no
 * further step, they stay, and nothing is cut off.
 */
export function stepped(digit: Digit, reach: number, stride: number): Cutout {
  const cut = cutout(digit, reach)
  return cut.after === 0 && cut.end < digit.extent && digit.extent - cut.end < stride ? { ...cut, end: digit.extent } : cut
}

/** The positions `start .. end - 1` of each axis, every `step`-th of them. */
export function slice(
  writer: GraphWriter,
  ref: Ref,
  cuts: readonly { readonly start: number; readonly end: number; readonly step: number }[],
): Ref {
  const axes = [...cuts.keys()].filter((axis) => {
    const { start, end, step } = cuts[axis]!
    return start !== 0 || end !== ref.shape[axis] || step !== 1
  })
  if (axes.length === 0) return ref
  const list = (pick: (cut: (typeof cuts)[number]) => number): Ref => writer.integers(axes.map((axis) => pick(cuts[axis]!)))
  const shape = cuts.map(({ start, end, step }) => Math.ceil((end - start) / step))
  return writer.node(
    'Slice',
    [ref, list(({ start }) => start), list(({ end }) => end), writer.integers(axes), list(({ step }) => step)],
    shape,
  )
}

/** `before` and `after` more positions on each axis that hold `fill`. */
export function pad(writer: GraphWriter, ref: Ref, before: readonly number[], after: readonly number[], fill: number): Ref {
  const shape = ref.shape.map((extent, axis) => extent + before[axis]! + after[axis]!)
  if (same(shape, ref.shape)) return ref
  return writer.node('Pad', [ref, writer.integers([...before, ...after]), writer.scalar(fill)], shape)
}
