import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { ExecutorChoice } from '@opine/models/exec/executors.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import type { Lie } from '@opine/models/trace/lie.ts'
import type { DaemonOptions } from '@opine/node-kit/daemon-options.ts'
import type { Serving } from './serving.ts'

/**
 * @property models    those that this operator answers for
 * @property executor  bit for bit the reference, by the golden cases; that one if left out
 * @property minFee    wei; requests that pay less are left to others
 * @property maxBond   wei; requests that lock more are left to others
 * @property margin    seconds that must be left until a request's deadline
 * @property confirmations  blocks on top of a request before it is answered
 * @property attest    versions of these models on whose files the account stakes; none if left out
 * @property lie       asserts and defends a falsified trace; for demonstrations and tests alone
 * @property serve     where own traces are served to challengers; nowhere if left out
 */
export type OracleNodeOptions = DaemonOptions & {
  readonly models: readonly LoadedModel[]
  readonly executor?: ExecutorChoice
  readonly minFee?: bigint
  readonly maxBond?: bigint
  readonly margin?: number
  readonly confirmations?: number
  readonly attest?: readonly Hex[]
  readonly lie?: Lie
  readonly serve?: Serving
}
