import type { Random } from '@opine/models/ir/random.ts'
import type { Deed, World } from './world.ts'

/** Blocks that a reorganisation takes back at most. */
const DEPTH = 10

/** The last blocks, which can be taken back: snapshots of the chain, and what was sent after each. */
export class Past {
  readonly #world: World
  readonly #blocks: { readonly id: string; readonly deeds: Deed[] }[] = []
  reorganisations = 0

  constructor(world: World) {
    this.#world = world
  }

  async begin(): Promise<void> {
    this.#blocks.push({ id: await this.#world.snapshot(), deeds: [] })
    if (this.#blocks.length > DEPTH) this.#blocks.shift()
  }

  note = (deed: Deed): void => void this.#blocks.at(-1)!.deeds.push(deed)

  /** Takes some blocks back. Of their transactions about half come again, in another order. */
  async reorganise(random: Random): Promise<void> {
    const depth = random.between(1, this.#blocks.length)
    const taken = this.#blocks.splice(this.#blocks.length - depth)
    await this.#world.revert(taken[0]!.id)
    this.reorganisations++
    const deeds = taken.flatMap((block) => block.deeds)
    for (const deed of shuffled(deeds, random)) if (random.chance(0.5)) await this.#world.send(deed)
  }
}

/** The same in another order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items]
  return items.map(() => rest.splice(random.below(rest.length), 1)[0]!)
}
