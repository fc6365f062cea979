import { join } from 'node:path'
import type { StartDaemon } from './acts.ts'
import { NAMES } from './cast.ts'
import { startDaemon } from './process.ts'
import type { Chain, Stage } from './stage.ts'

/** How often the daemons look at the chain, milliseconds. */
const POLL = '100'

/** Starts daemons of this project as processes of their own, over WebSocket, each with a folder of its own. */
export const startDaemonsWith =
  (chain: Chain, { cast, files }: Stage, folder: string): StartDaemon =>
  (role, lie) => {
    const command = role === 'challenger' ? 'challenger' : 'oracle-node'
    const common = ['--rpc', chain.ws, '--deployment', files.deployment, '--model', files.model, '--data', join(folder, role)]
    const args = [command, 'run', ...common, '--log', 'json', '--poll', POLL, ...(lie === undefined ? [] : ['--lie', lie])]
    return startDaemon(NAMES[role], args, cast[role].privateKey)
  }
