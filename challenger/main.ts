import { type LoadedModel, loadNamedModel } from '@opine/models/load.ts'
import { configText } from '@opine/node-kit/config-report.ts'
import { type Given, readConfiguration } from '@opine/node-kit/configuration.ts'
import { optionsOf } from '@opine/node-kit/daemon-options.ts'
import type { SigningAccount } from '@opine/node-kit/remote-signer.ts'
import { runDaemon } from '@opine/node-kit/service.ts'
import { addSettings } from '@opine/node-kit/setting-flags.ts'
import { openAccounts } from '@opine/node-kit/signing-accounts.ts'
import { type Starting, startDaemon } from '@opine/node-kit/start.ts'
import { Command } from 'commander'
import { runChallenger } from './challenger.ts'
import { manualCommands } from './manual/commands.ts'
import { CHALLENGER_SETTINGS, WATCHTOWER_SETTINGS } from './settings.ts'

const EXAMPLES = `
Examples:
  OPINE_KEY=0x... opine challenger run --rpc ws://127.0.0.1:8545 --deployment deployment.json --model digits.onnx
  opine challenger run --rpc wss://node.example --deployment deployment.json --model a.opine --watchtower --log json

The account must hold ether for gas and for a bond a game, which comes back when the lie falls. No other program may use it.
A watchtower needs no key: it says which assertions are false and does nothing.`

/** The command `challenger` with its subcommand `run`. */
export function challengerCommand(): Command {
  const run = new Command('run').description('re-run every assertion, dispute what is false, and claim the rewards')
  addSettings(run, CHALLENGER_SETTINGS)
  run.addHelpText('after', EXAMPLES)
  run.action((given: Given) => runDaemon((signal) => start(given, signal)))
  const challenger = new Command('challenger').description('the watcher’s daemon, and what it does by hand').addCommand(run)
  for (const command of manualCommands()) challenger.addCommand(command)
  return challenger
}

async function start(given: Given, signal: AbortSignal): Promise<void> {
  const configure = (table: typeof CHALLENGER_SETTINGS | typeof WATCHTOWER_SETTINGS) => readConfiguration(table, given, process.env)
  const { watchtower } = configure(CHALLENGER_SETTINGS).values
  const configuration = configure(watchtower ? WATCHTOWER_SETTINGS : CHALLENGER_SETTINGS)
  const { values: settings, effective } = configuration
  if (given.printConfig === true) return void process.stdout.write(configText(effective, settings.log))
  const { peer, noPeers } = settings
  const peers = { given: new Map(peer), announced: !noPeers }
  const challenger: Starting<LoadedModel, SigningAccount | null> = {
    service: 'challenger',
    role: 'challenger',
    load: loadNamedModel,
    accounts: async () => (watchtower ? [null] : openAccounts(settings, process.env)),
    run: (models, deps) => runChallenger({ ...optionsOf(settings), models, peers }, deps),
  }
  await startDaemon(configuration, challenger, signal)
}
