import type { Measurement } from './rows.ts'

/** What a figure may differ from the snapshot's before somebody has to look at it. */
const TOLERANCE = 0.03

/** Every figure by its name. */
export function figures({ sections, games }: Measurement): Map<string, number> {
  return new Map<string, number>([
    ...sections.flatMap(({ title, rows }) => rows.map(({ name, gas }) => [`${title}: ${name}`, gas] as const)),
    ...games.lies.map(({ lie, both }) => [`game over ${lie}: gas`, both] as const),
    ...games.levels.flatMap(({ levels, rounds, asserter, challenger }) => [
      [`games of ${2 ** levels} nodes a reveal: rounds`, rounds] as const,
      [`games of ${2 ** levels} nodes a reveal: asserter`, asserter] as const,
      [`games of ${2 ** levels} nodes a reveal: challenger`, challenger] as const,
    ]),
  ])
}

/** In words, what is worse than the snapshot, better than it says, or missing on either side. */
export function differences(measured: Measurement, snapshot: Measurement): string[] {
  const [now, then] = [figures(measured), figures(snapshot)]
  const found = [...then.keys()].filter((name) => !now.has(name)).map((name) => `${name}: no longer measured`)
  for (const [name, value] of now) {
    const before = then.get(name)
    if (before === undefined) found.push(`${name}: not in the snapshot`)
    else if (value > before * (1 + TOLERANCE)) found.push(`${name}: ${value} is worse than ${before}`)
    else if (value < before * (1 - TOLERANCE)) found.push(`${name}: ${value} is better than ${before} in snapshot and page`)
  }
  return found
}
