import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { ExecutorChoice } from '@opine/models/exec/executors.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import type { Lie } from '@opine/models/trace/lie.ts'
import type { Chain } from '@opine/node-kit/chain.ts'
import type { Log } from '@opine/node-kit/log.ts'
import type { Monitor } from '@opine/node-kit/monitor.ts'
import type { SendingTerms } from '@opine/node-kit/pending.ts'
import type { SigningAccount } from '@opine/node-kit/remote-signer.ts'
import type { Store } from '@opine/node-kit/store.ts'
import type { SyncOptions } from '@opine/node-kit/sync.ts'
import type { Serving } from './serving.ts'

/**
 * @property models    those that this operator answers for
 * @property minFee    wei; requests that pay less are left to others
 * @property maxBond   wei; requests that lock more are left to others
 * @property margin    seconds that must be left until a request's deadline
 * @property confirmations  blocks on top of a request before it is answered
 * @property poll      milliseconds after which the chain is looked at even if it announced nothing
 * @property withdraw  wei from which on payouts are sent to the account; never if left out
 * @property attest    versions of these models on whose files the account stakes; none if left out
 * @property lie       asserts and defends a falsified trace; for demonstrations and tests alone
 * @property serve     where own traces are served to challengers; nowhere if left out
 * @property executor  bit for bit the reference, by the golden cases; that one if left out
 * @property workers   most threads that run models; see `defaultWorkers`
 */
export type OracleNodeOptions = {
  readonly models: readonly LoadedModel[]
  readonly minFee?: bigint
  readonly maxBond?: bigint
  readonly margin?: number
  readonly confirmations?: number
  readonly poll?: number
  readonly withdraw?: bigint
  readonly attest?: readonly Hex[]
  readonly lie?: Lie
  readonly serve?: Serving
  readonly executor?: ExecutorChoice
  readonly workers?: number
  readonly sending?: Partial<SendingTerms>
  readonly sync?: SyncOptions
}

export type OracleNodeDeps = {
  readonly chain: Chain
  readonly store: Store
  readonly log: Log
  readonly wallet: SigningAccount
  /** Further accounts, which send what anybody may send. */
  readonly helpers?: readonly SigningAccount[]
  readonly signal: AbortSignal
  readonly monitor?: Monitor
}
