import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { loadNamedModel } from '@opine/models/load.ts'
import { openChain } from '@opine/node-kit/chain.ts'
import { threadsOf } from '@opine/node-kit/compute/helpers.ts'
import { configText, logConfiguration } from '@opine/node-kit/config-report.ts'
import { type Given, readConfiguration } from '@opine/node-kit/configuration.ts'
import { readDeployment } from '@opine/node-kit/deployment-file.ts'
import type { Listen } from '@opine/node-kit/listen.ts'
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
import { manualCommands } from './manual/commands.ts'
import { runOracleNode } from './oracle-node.ts'
import type { Serving } from './serving.ts'
import { ORACLE_NODE_SETTINGS } from './settings.ts'

const EXAMPLES = `
Examples:
  OPINE_KEY=0x... opine oracle-node run --rpc ws://127.0.0.1:8545 --deployment deployment.json --model digits.onnx
  opine oracle-node run --rpc wss://node.example --deployment deployment.json --model a.opine --model b.onnx \\
      --key-file keystore.json --data /var/lib/opine --min-fee 0.001 --max-bond 2 --log json

Amounts are in ether unless they say otherwise: 0.5, 20gwei, 1000wei.
The account must have staked (opine operator stake) and must hold ether for gas. No other program may use it.`

/** The command `oracle-node` with its subcommand `run`. */
export function oracleNodeCommand(): Command {
  const run = new Command('run').description('answer inference requests, defend the answers, settle and collect')
  addSettings(run, ORACLE_NODE_SETTINGS)
  run.addHelpText('after', EXAMPLES)
  run.action((given: Given) => runDaemon((signal) => start(given, signal)))
  const node = new Command('oracle-node').description('the operator’s daemon, and what it does by hand').addCommand(run)
  for (const command of manualCommands()) node.addCommand(command)
  return node
}

/** @throws {OpineError} `CONFIG_INVALID` */
function servingOf({
  serve,
  publicUrl,
}: {
  readonly serve: Listen | undefined
  readonly publicUrl: string | undefined
}): Serving | undefined {
  if (serve) return { ...serve, ...(publicUrl === undefined ? {} : { publicUrl }) }
  if (publicUrl === undefined) return undefined
  throw new OpineError('CONFIG_INVALID', '--public-url names an address at which nothing is served; give --serve HOST:PORT too', {
    publicUrl,
  })
}

async function start(given: Given, signal: AbortSignal): Promise<void> {
  const { values: settings, effective } = readConfiguration(ORACLE_NODE_SETTINGS, given, process.env)
  if (given.printConfig === true) return void process.stdout.write(configText(effective, settings.log))
  const { minFee, maxBond, lie, attest } = settings
  const serve = servingOf(settings)
  const plain = createLog({ format: settings.log, service: 'oracle-node', minimum: settings.logLevel })
  const { monitor, log } = await openMonitor('asserter', settings, plain)
  logConfiguration(effective, log)
  useNativeHashing(log)
  const deployment = readDeployment(settings.deployment)
  const [wallet, ...helpers] = await openAccounts(settings, process.env)
  const watched = monitor ? { observe: monitor.metrics.called } : {}
  const chain = await openChain({ url: settings.rpc, requestTimeout: settings.rpcTimeout, ...watched }, deployment, log)
  try {
    const models = await loadModels(settings, loadNamedModel, { models: chain.contracts.models, log, signal })
    const { confirmations } = settings
    const { poll, feeCap, urgentFeeCap = 5n * feeCap, replaceAfter, withdraw } = settings
    const options = {
      models,
      poll,
      executor: {
        name: settings.executor,
        threads: threadsOf(settings),
        ...(settings.providers === undefined ? {} : { providers: settings.providers }),
      },
      ...(settings.workers === undefined ? {} : { workers: settings.workers }),
      minFee,
      confirmations,
      ...(maxBond === undefined ? {} : { maxBond }),
      attest,
      ...(serve === undefined ? {} : { serve }),
      ...(lie === undefined ? {} : { lie }),
      sending: { feeCap, urgentFeeCap, replaceAfter },
      ...(withdraw === undefined ? {} : { withdraw }),
    }
    const path = join(settings.data, 'oracle-node.sqlite')
    const run = (store: Store) => runOracleNode(options, { chain, store, log, wallet, helpers, signal, monitor })
    await withStore({ path }, { log, signal }, run)
  } finally {
    chain.close()
  }
}
