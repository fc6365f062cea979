import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '@opine/cli/median.ts'

/** One sample takes at least about this long, by repetition; of work that takes longer than `LONG_MS` every run counts. */
const [SAMPLE_MS, LONG_MS] = [40, 1000] as const
/** Each has run so long before it is timed: daemons run for days, and JavaScript is compiled by and by. */
const WARM_MS = 1000

type Work = () => unknown

async function timed(work: Work, times: number): Promise<number> {
  const start = performance.now()
  for (let time = 0; time < times; time++) await work()
  return (performance.now() - start) / times
}

/**
 * Median milliseconds of each piece of work by the clock on the wall; they take turns, round by round. Each has run before.
 * @param quiet    milliseconds before each sample: idle threads of a runtime look for work a while longer, and must not take the processors from the next
 * @param seconds  after which no further round begins
 */
export async function interleaved<K extends string>(
  works: Readonly<Record<K, Work>>,
  { rounds, quiet, seconds }: { readonly rounds: number; readonly quiet: number; readonly seconds: number },
): Promise<Record<K, number>> {
  const names = Object.keys(works) as K[]
  const start = performance.now()
  const times = {} as Record<K, number>
  const samples = {} as Record<K, number[]>
  for (const name of names) {
    const first = await timed(works[name], 1)
    const warm = first > LONG_MS ? first : await timed(works[name], Math.ceil(WARM_MS / first))
    times[name] = Math.max(1, Math.ceil(SAMPLE_MS / Math.max(warm, 1e-3)))
    samples[name] = first > LONG_MS ? [first] : []
  }
  const done = (): boolean => names.every((name) => samples[name].length > 0) && (performance.now() - start) / 1000 > seconds
  for (let round = 0; round < rounds && !done(); round++) {
    for (const name of names) {
      if (quiet > 0) await sleep(quiet)
      if ((samples[name][0] ?? 0) < LONG_MS) await works[name]()
      samples[name].push(await timed(works[name], times[name]))
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])])) as Record<K, number>
}
