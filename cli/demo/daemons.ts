import { join } from 'node:path'
import { NAMES, type Role } from './cast.ts'
import { type Daemon, startDaemon } from './process.ts'
import type { Place } from './stage.ts'
import type { Stage } from './staging.ts'

/** How often the daemons look at the chain, milliseconds. */
const POLL = '100'

/** Starts a daemon of a role; a lying operator is told its lie by `--lie`. */
export type StartDaemon = (role: Role & ('honest' | 'liar' | 'challenger' | 'rival'), ...flags: readonly string[]) => Daemon

/** Flags that say what runs models. */
export type Computing = { readonly operators: readonly string[]; readonly challengers: readonly string[] }

/** Starts daemons of this project as processes of their own, over WebSocket, each with a folder of its own that outlives it. */
export const startDaemonsWith =
  (place: Place, { cast, deploymentFile, models }: Stage, folder: string, computing: Computing): StartDaemon =>
  (role, ...flags) => {
    const command = role === 'challenger' || role === 'rival' ? 'challenger' : 'oracle-node'
    const common = ['--rpc', place.ws, '--deployment', deploymentFile, '--data', join(folder, role), '--log', 'json', '--poll', POLL]
    const runs = command === 'challenger' ? computing.challengers : computing.operators
    const files = models.flatMap(({ file }) => ['--model', file])
    return startDaemon(NAMES[role], [command, 'run', ...common, ...runs, ...files, ...flags], cast[role].privateKey)
  }
