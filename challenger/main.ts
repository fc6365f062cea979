import { join } from 'node:path'
import { loadNamedModel } from '@opine/models/load.ts'
import { openChain } from '@opine/node-kit/chain.ts'
import { threadsOf } from '@opine/node-kit/compute/helpers.ts'
import { configText, logConfiguration } from '@opine/node-kit/config-report.ts'
import { type Given, readConfiguration } from '@opine/node-kit/configuration.ts'
import { readDeployment } from '@opine/node-kit/deployment-file.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { openMonitor } from '@opine/node-kit/metrics-server.ts'
import { loadModels } from '@opine/node-kit/model-store/load-models.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { runDaemon } from '@opine/node-kit/service.ts'
import { addSettings } from '@opine/node-kit/setting-flags.ts'
import { openAccounts } from '@opine/node-kit/signing-accounts.ts'
import type { Store } from '@opine/node-kit/store.ts'
import { withStore } from '@opine/node-kit/store-life.ts'
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
  const { values: settings, effective } = configure(watchtower ? WATCHTOWER_SETTINGS : CHALLENGER_SETTINGS)
  if (given.printConfig === true) return void process.stdout.write(configText(effective, settings.log))
  const plain = createLog({ format: settings.log, service: 'challenger', minimum: settings.logLevel })
  const { monitor, log } = await openMonitor('challenger', settings, plain)
  logConfiguration(effective, log)
  useNativeHashing(log)
  const deployment = readDeployment(settings.deployment)
  const [wallet, ...helpers] = watchtower ? [null] : await openAccounts(settings, process.env)
  const watched = monitor ? { observe: monitor.metrics.called } : {}
  const chain = await openChain({ url: settings.rpc, requestTimeout: settings.rpcTimeout, ...watched }, deployment, log)
  try {
    const models = await loadModels(settings, loadNamedModel, { models: chain.contracts.models, log, signal })
    const { poll, feeCap, urgentFeeCap = 5n * feeCap, replaceAfter, withdraw, peer, noPeers } = settings
    const options = {
      models,
      poll,
      executor: {
        name: settings.executor,
        threads: threadsOf(settings),
        ...(settings.providers === undefined ? {} : { providers: settings.providers }),
      },
      ...(settings.workers === undefined ? {} : { workers: settings.workers }),
      peers: { given: new Map(peer), announced: !noPeers },
      sending: { feeCap, urgentFeeCap, replaceAfter },
      ...(withdraw === undefined ? {} : { withdraw }),
    }
    const path = join(settings.data, 'challenger.sqlite')
    const run = (store: Store) => runChallenger(options, { chain, store, log, wallet, helpers, signal, monitor })
    await withStore({ path }, { log, signal }, run)
  } finally {
    chain.close()
  }
}
