import { OpineError } from '@opine/dispute-game/errors.ts'
import { type LoadedModel, loadNamedModel } from '@opine/models/load.ts'
import { configText } from '@opine/node-kit/config-report.ts'
import { type Given, readConfiguration } from '@opine/node-kit/configuration.ts'
import { optionsOf } from '@opine/node-kit/daemon-options.ts'
import type { Listen } from '@opine/node-kit/listen.ts'
import type { SigningAccount } from '@opine/node-kit/remote-signer.ts'
import { runDaemon } from '@opine/node-kit/service.ts'
import { addSettings } from '@opine/node-kit/setting-flags.ts'
import { openAccounts } from '@opine/node-kit/signing-accounts.ts'
import { type Starting, startDaemon } from '@opine/node-kit/start.ts'
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
  const configuration = readConfiguration(ORACLE_NODE_SETTINGS, given, process.env)
  const { values: settings, effective } = configuration
  if (given.printConfig === true) return void process.stdout.write(configText(effective, settings.log))
  const { minFee, maxBond, confirmations, lie, attest } = settings
  const serve = servingOf(settings)
  const options = {
    ...optionsOf(settings),
    minFee,
    confirmations,
    ...(maxBond === undefined ? {} : { maxBond }),
    attest,
    ...(serve === undefined ? {} : { serve }),
    ...(lie === undefined ? {} : { lie }),
  }
  const oracleNode: Starting<LoadedModel, SigningAccount> = {
    service: 'oracle-node',
    role: 'asserter',
    load: loadNamedModel,
    accounts: () => openAccounts(settings, process.env),
    run: (models, deps) => runOracleNode({ ...options, models }, deps),
  }
  await startDaemon(configuration, oracleNode, signal)
}
