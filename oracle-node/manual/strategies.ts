import { execute } from '@opine/models/exec/reference/execute.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { runsHere } from '@opine/models/trace/runs.ts'
import { TraceCache } from '@opine/models/trace/trace-cache.ts'
import type { View } from '@opine/node-kit/manual/view.ts'
import { Oaths } from '@opine/node-kit/oaths.ts'
import type { SigningAccount } from '@opine/node-kit/remote-signer.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Store } from '@opine/node-kit/store.ts'
import type { Acceptance } from '../acceptance.ts'
import { Answers } from '../answers.ts'
import { Defence } from '../defence.ts'
import { OathBook } from '../oath-book.ts'
import { Requests } from '../requests.ts'

export type Strategies = { readonly requests: Requests; readonly defence: Defence; readonly answers: Answers }

/** @property acceptance  of requests that are not answered yet */
export type Actor = { readonly wallet: SigningAccount; readonly models: readonly LoadedModel[]; readonly acceptance: Acceptance }

/** What the daemon answers and defends by, for one step by hand. */
export function strategiesOf(
  { chain, journal, log }: View,
  { wallet, models, acceptance }: Actor,
  sender: Sending,
  store: Store,
): Strategies {
  const { contracts, deployment, levels } = chain
  const byRoot = new Map(models.map((model) => [model.root, model]))
  const [traces, account] = [new TraceCache(runsHere(execute)), wallet.address]
  const answers = new Answers({ deployment, journal, store, traces, account, lie: undefined, modelOf: (root) => byRoot.get(root) })
  return {
    answers,
    requests: new Requests(acceptance, { contracts, journal, sender, answers, log, lying: false }),
    defence: new Defence({
      contracts,
      journal,
      sender,
      answers,
      oaths: new OathBook(new Oaths(wallet, deployment), store),
      log,
      levels,
      patience: undefined,
    }),
  }
}
