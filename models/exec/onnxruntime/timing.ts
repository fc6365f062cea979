import type { Certificate } from '../../certify/certificate.ts'
import type { Program } from '../../ir/types.ts'
import type { Canonical } from './candidates.ts'
import type { Plan, Wanted } from './plan.ts'
import { goldenInputs } from './self-test.ts'

/** Milliseconds and shares as logs tell them: to three places, down, so that a share of 1 is all. */
export const thousandths = (value: number): number => Math.floor(value * 1000) / 1000

/** Least milliseconds of the canonical executor for the same. */
export function canonicalTime(
  { execute, executeCommitted }: Canonical,
  program: Program,
  { conditions }: Pick<Certificate, 'conditions'>,
  wanted: Wanted,
): number {
  const run = wanted === 'all' ? execute : executeCommitted
  let least = Number.POSITIVE_INFINITY
  for (const inputs of goldenInputs(program, conditions)) {
    const start = performance.now()
    run(program, inputs)
    least = Math.min(least, performance.now() - start)
  }
  return least
}

/** How many kernels run canonically, and why the first of them does; a `defect` where that is a mistake of ours, with the trace of its stack. */
export function reasons({ canonical, defects }: Plan): Readonly<Record<string, unknown>> {
  const [first] = canonical
  const [defect] = defects
  if (!first) return {}
  return {
    canonicalKernels: canonical.size,
    first: `kernel ${first[0]}: ${first[1]}`,
    ...(defect ? { defects: defects.size, defect: `kernel ${defect[0]}: ${stackOf(defect[1])}` } : {}),
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
