import { execute } from '@opine/models/exec/reference/execute.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { runsHere } from '@opine/models/trace/runs.ts'
import { TraceCache } from '@opine/models/trace/trace-cache.ts'
import type { View } from '@opine/node-kit/manual/view.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Store } from '@opine/node-kit/store.ts'
import { Assertions } from '../assertions.ts'
import { DryRun } from '../dry-run.ts'
import { Games } from '../games.ts'
import { Rewards } from '../rewards.ts'
import { Truth } from '../truth.ts'

export type Strategies = { readonly assertions: Assertions; readonly games: Games; readonly rewards: Rewards }

/** What the models at hand give to what was asked. */
export function truthOf({ chain, journal }: View, models: readonly LoadedModel[]): Truth {
  const byRoot = new Map(models.map((model) => [model.root, model]))
  return new Truth({
    deployment: chain.deployment,
    journal,
    traces: new TraceCache(runsHere(execute)),
    modelOf: (root) => byRoot.get(root),
  })
}

/** What the daemon plays by, for one step by hand. */
export function strategiesOf(view: View, models: readonly LoadedModel[], sender: Sending, store: Store): Strategies {
  const { chain, journal, log } = view
  const { contracts, provider, levels } = chain
  const truth = truthOf(view, models)
  const dryRun = new DryRun({ contracts, provider, store, log, code: 'by hand' })
  const rewards = new Rewards({ chain, contracts, journal, sender, truth, log })
  return {
    rewards,
    assertions: new Assertions({ contracts, journal, sender, truth, dryRun, log }),
    games: new Games({ contracts, journal, sender, truth, log, levels, rewards, oneShot: undefined, twoOaths: undefined }),
  }
}
