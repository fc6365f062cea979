import type { Kernel, Reduce } from '../../ir/types.ts'
import type { Fold } from './fold.ts'
import { byRuns, LITTLE_ENDIAN, MIXED, OUTSIDE, type RunOperand, runnerOf } from './runs.ts'

/**
 * A fold whose terms are one load, as sums of a digest, means and pools have it, in the order of `compileFold`, but a run of the innermost coordinate
 * at a time, as `compileProduct`.
 * @param general  the fold by definition, for runs that cross the border of an axis
 * @returns        null where the term is another or a coordinate is indexed
 */
export function compileSingle(
  kernel: Kernel,
  reduce: Reduce,
  operands: readonly RunOperand[],
  variables: Int32Array,
  general: Fold,
): Fold | null {
  const [only] = kernel.term
  const operand = kernel.term.length === 1 && only?.op === 'load' ? operands[only.arg!] : undefined
  if (!LITTLE_ENDIAN || !operand || kernel.foldType !== 'f32') return null
  const runner = runnerOf(operand, variables)
  if (!runner) return null
  const { combine } = general
  return byRuns(kernel, reduce, variables, general, (before, length) => {
    const start = runner.start(length)
    if (start === MIXED) return null
    const [values, from, stride] = start === OUTSIDE ? [runner.fill, 0, 0] : [runner.values, start, runner.stride]
    let value = before
    for (let i = 0; i < length; i++) value = combine(value, values[from + i * stride]!)
    return value
  })
}
