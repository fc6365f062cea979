import { Command } from 'commander'
import { devAccount } from '../chain/dev-accounts.ts'
import { startChain } from '../chain/server.ts'
import { whole } from '../options.ts'
import { print, printJson } from '../output.ts'

type Options = { readonly port: number; readonly blockTime: number; readonly json?: true }

const SHOWN = 8

export const chainCommand = (): Command =>
  new Command('chain')
    .description('run an embedded chain on this machine until it is interrupted; for trying things, its accounts are known to all')
    .option('--port <n>', 'port on 127.0.0.1 for HTTP and WebSocket; 0 lets the system choose', whole(0, 65535), 8545)
    .option('--block-time <seconds>', 'time between blocks; 0 mines each transaction at once', whole(0, 3600), 0)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  opine chain\n  opine chain --port 0 --block-time 2 --json')
    .action(async (options: Options) => {
      const server = await startChain(options)
      const accounts = Array.from({ length: SHOWN }, (_, index) => devAccount(index))
      const { http, ws } = server
      if (options.json) printJson({ http, ws, accounts: accounts.map(({ address, privateKey }) => ({ address, privateKey })) })
      else print(`HTTP       ${http}`, `WebSocket  ${ws}`, '', ...accounts.map(({ address, privateKey }) => `${address}  ${privateKey}`))
      await interrupted()
      await server.close()
    })

/** Ends with the first SIGINT or SIGTERM. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
