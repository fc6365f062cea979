import type { ExecutorChoice } from '@opine/models/exec/executors.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import type { DaemonDeps, DaemonOptions } from '@opine/node-kit/daemon-options.ts'
import type { SigningAccount } from '@opine/node-kit/remote-signer.ts'

/**
 * @property models    those whose assertions are checked
 * @property executor  bit for bit the reference, by the golden cases; that one if left out
 * @property peers     asserters' trace servers by account, and whether those that are announced on chain are asked; so they are if left out
 * @property budget    most milliseconds that a game waits for one
 */
export type ChallengerOptions = DaemonOptions & {
  readonly models: readonly LoadedModel[]
  readonly executor?: ExecutorChoice
  readonly peers?: { readonly given?: ReadonlyMap<string, string>; readonly announced?: boolean }
  readonly budget?: number
}

/** Without an account it is a watchtower, which only raises the alarm. */
export type ChallengerDeps = DaemonDeps<SigningAccount | null>
