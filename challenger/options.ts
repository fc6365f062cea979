import type { ExecutorChoice } from '@opine/models/exec/executors.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import type { Chain } from '@opine/node-kit/chain.ts'
import type { Log } from '@opine/node-kit/log.ts'
import type { Monitor } from '@opine/node-kit/monitor.ts'
import type { SendingTerms } from '@opine/node-kit/pending.ts'
import type { SigningAccount } from '@opine/node-kit/remote-signer.ts'
import type { Store } from '@opine/node-kit/store.ts'
import type { SyncOptions } from '@opine/node-kit/sync.ts'

/**
 * @property models    those whose assertions are checked
 * @property poll      milliseconds after which the chain is looked at even if it announced nothing
 * @property withdraw  wei from which on payouts are sent to the account; never if left out
 * @property peers     asserters' trace servers by account, and whether those that are announced on chain are asked; so they are if left out
 * @property budget    most milliseconds that a game waits for one
 * @property executor  bit for bit the reference, by the golden cases; that one if left out
 * @property workers   most threads that run models; see `defaultWorkers`
 */
export type ChallengerOptions = {
  readonly models: readonly LoadedModel[]
  readonly poll?: number
  readonly withdraw?: bigint
  readonly peers?: { readonly given?: ReadonlyMap<string, string>; readonly announced?: boolean }
  readonly budget?: number
  readonly executor?: ExecutorChoice
  readonly workers?: number
  readonly sending?: Partial<SendingTerms>
  readonly sync?: SyncOptions
}

/** @property wallet  null for a watchtower, which only raises the alarm */
export type ChallengerDeps = {
  readonly chain: Chain
  readonly store: Store
  readonly log: Log
  readonly wallet: SigningAccount | null
  /** Further accounts, which send what anybody may send. */
  readonly helpers?: readonly SigningAccount[]
  readonly signal: AbortSignal
  readonly monitor?: Monitor
}
