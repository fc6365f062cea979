import type { Context } from '../context.ts'
import { stored } from '../emit/code.ts'
import { alongAxis, axisGrid } from '../grid.ts'
import { type Code, type ProductTerm, type Region, rowsOf } from '../values.ts'

/** Convolutions of the same form are one, of their inputs side by side. */
export function merged(context: Context, region: Region): Region {
  const [first] = region.terms
  if (region.terms.length < 2 || first?.kind !== 'product' || first.form !== 'conv') return region
  const terms = region.terms as readonly ProductTerm[]
  const shape = (code: Code): string => code.shape.toSpliced(1, 1).join()
  const form = ({ attributes, weightShape }: ProductTerm): string => JSON.stringify([attributes, weightShape.slice(2)])
  const alike = terms.every(
    (term) => term.kind === 'product' && term.form === 'conv' && form(term) === form(first) && shape(term.input) === shape(first.input),
  )
  const depths = terms.map(({ input }) => input.shape[1]!)
  if (!alike || terms.some(({ weightShape }, index) => weightShape[1] !== depths[index])) return region
  const inputs = terms.map(({ input }) => input)
  const [low, high] = [Math.min(...inputs.map((input) => input.low)), Math.max(...inputs.map((input) => input.high))]
  const label = `${region.name}.inputs`
  const joined = context.writer.node(
    'Concat',
    inputs.map(({ name }) => name),
    label,
    { axis: { int: 1 } },
  )
  const steps = inputs.flatMap((input) => [...alongAxis(input.steps, 1, input.shape[1]!)!])
  const input: Code = {
    ...{ kind: 'code', name: stored(context, joined, { low, high }, label), shape: first.input.shape.with(1, steps.length) },
    ...{ steps: axisGrid(first.input.shape.length, 1, Float64Array.from(steps)), low, high },
  }
  const width = terms.reduce((sum, term) => sum + term.width, 0)
  const rows = rowsOf(region)
  const weights = new Float64Array(rows * width)
  for (let row = 0, at = 0; row < rows; row += 1) {
    for (const term of terms) {
      weights.set(term.weights.subarray(row * term.width, (row + 1) * term.width), at)
      at += term.width
    }
  }
  const taps = first.weightShape.slice(2).reduce((a, b) => a * b, 1)
  const weightShape = [rows, steps.length, ...first.weightShape.slice(2)]
  const channel = (_row: number, index: number): number => Math.floor(index / taps)
  return { ...region, terms: [{ ...first, input, weights, width, channel, weightShape }] }
}
