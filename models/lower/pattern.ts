/** How lists of positions, known while compiling, are read without a list: as sums of steps, or as a few runs. */

/** Position `i` is `offset` plus the sum of `step` times each digit of `i`, whose place values the extents give, outermost first. */
export type Digits = { readonly offset: number; readonly factors: readonly { readonly extent: number; readonly step: number }[] }

/** Positions `start, start + step, ..`, `count` of them. */
export type Run = { readonly start: number; readonly step: number; readonly count: number }

/** Null where positions are no such sum. Extents are above 1, and neighbouring factors are not one. */
export function digitsOf(positions: readonly number[]): Digits | null {
  const [offset] = positions
  if (offset === undefined) return null
  const count = positions.length
  if (count === 1) return { offset, factors: [] }
  const { step, count: longest } = runAt(positions, 0)
  for (let extent = longest; extent > 1; extent -= 1) {
    if (count % extent !== 0) continue
    const even = positions.every((position, index) => position === positions[index - (index % extent)]! + (index % extent) * step)
    const outer = even ? digitsOf(positions.filter((_, index) => index % extent === 0)) : null
    if (outer) return { offset, factors: [...outer.factors, { extent, step }] }
  }
  return null
}

/** The positions as runs, each as long as it can be; null where there are more than `most`. */
export function runsOf(positions: readonly number[], most: number): Run[] | null {
  const runs: Run[] = []
  for (let from = 0; from < positions.length; from += runs.at(-1)!.count) {
    if (runs.length === most) return null
    runs.push(runAt(positions, from))
  }
  return runs
}

function runAt(positions: readonly number[], from: number): Run {
  const start = positions[from]!
  if (from + 1 === positions.length) return { start, step: 0, count: 1 }
  const step = positions[from + 1]! - start
  let count = 2
  while (from + count < positions.length && positions[from + count] === start + count * step) count += 1
  return { start, step, count }
}
