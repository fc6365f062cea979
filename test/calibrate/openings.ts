import { load } from '@opine/models/exec/reference/sample.ts'
import type { Costs } from '@opine/models/gas/costs.ts'
import type { Meter } from './bench.ts'
import { numbers, read, upTo } from './samples.ts'

/** Multi-proofs: the same kernel reads one word, of a tree of 64 words of which more or fewer are opened. */
export async function measureOpenings({ of }: Meter): Promise<Pick<Costs, 'word' | 'hash' | 'level'>> {
  const deep = read([load(1, [])], [1], [numbers(512)])
  const single = await of(deep, [0])
  // Five hashes with given siblings more.
  const hash = ((await of(deep, [0, 32])) - (await of(deep, [0, 1]))) / 5
  const flat = await of(read([load(1, [])], [1], [numbers(8)]), [0])
  const level = (single - flat) / 6 - hash
  // A word and a pair for a given sibling; or 63 words and pairs for six of those.
  const pair = (await of(deep, [0, 1])) - single + hash
  const all = ((await of(deep, upTo(64))) - single + 6 * hash) / 63
  return { word: Math.max(0, pair - hash, all - hash), hash, level }
}
