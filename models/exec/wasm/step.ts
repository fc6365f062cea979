import { product } from '../../ir/types.ts'
import type { Choice } from './choose.ts'
import { operationsOf } from './graph.ts'
import type { Nest } from './nest.ts'

/** About how many operations the innermost loop may have: its own upkeep shall be small beside them. */
const BODY = 160

/**
 * How many terms the innermost loop of a fold takes at a time: the greatest divisor of its run, and of the blocks if there are several, so that
 * ends of blocks never cut it, that keeps the loop's body small.
 */
export function stepOf({ extents, outputs, reduce, term }: Nest, { unroll, rows }: Choice): number {
  if (!reduce || !term || extents.length === outputs) return 1
  const run = extents.at(-1)!
  const blocks = product(extents.slice(outputs)) > reduce.block
  const operations = operationsOf(term).filter(({ op }) => op !== 'load').length + 1
  const most = Math.max(1, Math.floor(BODY / (operations * unroll * rows)))
  for (let step = Math.min(run, most); step > 1; step--) {
    if (run % step === 0 && (!blocks || reduce.block % step === 0)) return step
  }
  return 1
}
