import { type Fortunes, fortunes, violations } from './laws.ts'
import { type Changed, playSchedule, type Story } from './play.ts'
import { World } from './world.ts'

/** A schedule with what it violated. @property story  undefined where playing it failed */
export type Verdict = { readonly seed: number; readonly story: Story | undefined; readonly violations: readonly string[] }

export type SimulationOptions = { readonly changed?: Changed; readonly tell?: (line: string) => void }

/** Plays schedules one after the other, each on the same world, which is put back after it. */
export async function* simulate(seeds: Iterable<number>, options: SimulationOptions = {}): AsyncGenerator<Verdict> {
  const world = await World.create()
  const before = await fortunes(world)
  for (const seed of seeds) {
    const id = await world.snapshot()
    yield await judge(world, seed, before, options)
    await world.revert(id)
  }
}

async function judge(world: World, seed: number, before: Fortunes, { changed, tell }: SimulationOptions): Promise<Verdict> {
  try {
    const story = await playSchedule(world, seed, changed, tell)
    return { seed, story, violations: await violations(world, story, before) }
  } catch (error) {
    return { seed, story: undefined, violations: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }
  }
}

export const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i)
