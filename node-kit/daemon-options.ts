import type { Chain } from './chain.ts'
import { threadsOf } from './compute/helpers.ts'
import type { SETTINGS } from './daemon-settings.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor.ts'
import type { SendingTerms } from './pending.ts'
import type { SigningAccount } from './remote-signer.ts'
import type { Values } from './setting.ts'
import type { Store } from './store.ts'
import type { SyncOptions } from './sync.ts'

/**
 * What both daemons can be told, beside their models and what runs them.
 * @property poll      milliseconds after which the chain is looked at even if it announced nothing
 * @property withdraw  wei from which on payouts are sent to the account; never if left out
 * @property workers   most threads that run models; see `defaultWorkers`
 */
export type DaemonOptions = {
  readonly poll?: number
  readonly withdraw?: bigint
  readonly workers?: number
  readonly sending?: Partial<SendingTerms>
  readonly sync?: SyncOptions
}

/** What a daemon works with. @property wallet  its account, null where it has none */
export type DaemonDeps<W extends SigningAccount | null = SigningAccount> = {
  readonly chain: Chain
  readonly store: Store
  readonly log: Log
  readonly wallet: W
  /** Further accounts, which send what anybody may send. */
  readonly helpers?: readonly SigningAccount[]
  readonly signal: AbortSignal
  readonly monitor?: Monitor
}

/** The options of both daemons, and what runs models, by their settings. */
export function optionsOf(settings: Values<typeof SETTINGS>) {
  const { poll, executor, providers, workers, feeCap, urgentFeeCap = 5n * feeCap, replaceAfter, withdraw } = settings
  return {
    poll,
    executor: { name: executor, threads: threadsOf(settings), ...(providers === undefined ? {} : { providers }) },
    ...(workers === undefined ? {} : { workers }),
    sending: { feeCap, urgentFeeCap, replaceAfter },
    ...(withdraw === undefined ? {} : { withdraw }),
  }
}
