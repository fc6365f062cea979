import { median } from '@opine/cli/median.ts'

/** Milliseconds that this process has had a processor, all threads together: other processes do not count, however busy the machine. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** One sample takes at least about this long, by repetition: clocks are coarse. */
const SAMPLE_MS = 20
const WARM_MS = 100
/** Work that takes longer hardly notices what was in the caches before. */
const LONG_MS = 200

type Work = () => unknown

/** Milliseconds since some moment. */
export type Clock = () => number

async function timed(work: Work, times: number, clock: Clock): Promise<number> {
  const start = clock()
  for (let time = 0; time < times; time++) await work()
  return (clock() - start) / times
}

/**
 * Median time of each piece of work, milliseconds. They take turns, round by round, so that what slows the machine falls on all of them.
 * @param rounds  samples of each; runs until it is warm come first and do not count, nor does the first run of short work in each round
 * @param clock   processor time unless given: work of several threads is over sooner than they have worked
 */
export async function compareTimes<K extends string>(
  works: Readonly<Record<K, Work>>,
  rounds: number,
  clock: Clock = processorTime,
): Promise<Record<K, number>> {
  const names = Object.keys(works) as K[]
  const times = {} as Record<K, number>
  const samples = {} as Record<K, number[]>
  const long = new Set<K>()
  for (const name of names) {
    // Until the engine has compiled what is hot.
    for (const end = processorTime() + WARM_MS; processorTime() < end; ) await works[name]()
    const warm = await timed(works[name], 1, clock)
    times[name] = Math.max(1, Math.min(1000, Math.ceil(SAMPLE_MS / Math.max(warm, 1e-3))))
    if (warm > LONG_MS) long.add(name)
    samples[name] = []
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      // The other work has left its own data in the caches.
      if (!long.has(name)) await works[name]()
      samples[name].push(await timed(works[name], times[name], clock))
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])])) as Record<K, number>
}
