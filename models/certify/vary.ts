import type { Kernel, Load } from '../ir/types.ts'
import type { Contents } from './contents.ts'

/** Most evaluations of a kernel's term or result that are worth their time; beyond, output variables run instead of being fixed. */
const MAX_EVALUATIONS = 1 << 26

/**
 * The iteration variables along which operands differ, as far as it is known: channels, mostly. They are fixed one value after the other,
 * while the others run. Any choice is sound; a smaller one is coarser.
 */
export function varying({ shape, reduce, loads }: Kernel, contents: readonly Contents[]): boolean[] {
  const extents = [...shape, ...(reduce?.extents ?? [])]
  const chosen = extents.map(
    (extent, variable) => extent > 1 && loads.some((load, number) => differs(load, contents[number]!, variable, extent)),
  )
  for (;;) {
    const evaluations = extents.reduce((total, extent, variable) => (chosen[variable] ? total * extent : total), 1)
    if (evaluations <= MAX_EVALUATIONS) return chosen
    const widest = extents.reduce(
      (best, extent, variable) => (chosen[variable] && !(extents[best]! >= extent && chosen[best]) ? variable : best),
      0,
    )
    chosen[widest] = false
  }
}

/** Whether a step of the variable changes a digit of the addresses, other than by a carry now and then. */
function differs({ axes }: Load, { digits }: Contents, variable: number, extent: number): boolean {
  let step = 0
  for (const { extent: places, stride, coordinate } of axes) {
    if (coordinate.kind === 'indexed' || places === 1) continue
    for (const term of coordinate.terms) if (term.variable === variable) step += stride * term.coefficient
  }
  return digits.some((digit) => step % (digit.stride * digit.extent) !== 0 && Math.abs(step) * (extent - 1) >= digit.stride)
}
