import { execute } from '@opine/models/exec/reference/execute.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { TraceCache } from '@opine/models/trace/trace-cache.ts'
import type { View } from '@opine/node-kit/manual/view.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Store } from '@opine/node-kit/store.ts'
import { Assertions } from '../assertions.ts'
import { DryRun } from '../dry-run.ts'
import { Games } from '../games.ts'
import { Rewards } from '../rewards.ts'
import { Truth } from '../truth.ts'

export type Strategies = { readonly assertions: Assertions; readonly games: Games; readonly rewards: Rewards; readonly truth: Truth }

/** What the daemon plays by, for one step by hand. */
export function strategiesOf({ chain, journal, log }: View, models: readonly LoadedModel[], sender: Sending, store: Store): Strategies {
  const { contracts, provider, deployment, levels } = chain
  const byRoot = new Map(models.map((model) => [model.root, model]))
  const truth = new Truth({ deployment, journal, traces: new TraceCache(execute), modelOf: (root) => byRoot.get(root) })
  const dryRun = new DryRun({ contracts, provider, store, log, code: 'by hand' })
  const rewards = new Rewards({ contracts, journal, sender, truth, log })
  return {
    truth,
    rewards,
    assertions: new Assertions({ contracts, journal, sender, truth, dryRun, log }),
    games: new Games({ contracts, journal, sender, truth, log, levels, rewards, oneShot: undefined }),
  }
}
