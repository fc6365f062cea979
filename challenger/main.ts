import { join } from 'node:path'
import { loadNamedModel } from '@opine/models/load.ts'
import { openChain } from '@opine/node-kit/chain.ts'
import { readSetting } from '@opine/node-kit/config.ts'
import { type GivenSettings, readDaemonSettings, requireModels, SETTINGS, settingFlags } from '@opine/node-kit/daemon-settings.ts'
import { readBytes } from '@opine/node-kit/files.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { runDaemon } from '@opine/node-kit/service.ts'
import { Store } from '@opine/node-kit/store.ts'
import { readWallet } from '@opine/node-kit/wallet.ts'
import { Command } from 'commander'
import { runChallenger } from './challenger.ts'

type Given = GivenSettings & { readonly model?: readonly string[]; readonly watchtower?: true }

const EXAMPLES = `
Examples:
  $ OPINE_KEY=0x... opine challenger run --rpc ws://127.0.0.1:8545 --deployment deployment.json --model digits.onnx
  $ opine challenger run --rpc wss://node.example --deployment deployment.json --model a.opine --watchtower --log json

The account must hold ether for gas and for a bond a game, which comes back when the lie falls. No other program may use it.
A watchtower needs no key: it says which assertions are false and does nothing.`

/** The command `challenger` with its subcommand `run`. */
export function challengerCommand(): Command {
  const run = new Command('run').description('re-run every assertion, dispute what is false, and claim the rewards')
  for (const [flags, description] of settingFlags('rpc', 'deployment', 'keyFile')) run.option(flags, description)
  run.option(
    '--model <FILE>',
    'ONNX or program file of a registered model; repeatable',
    (file: string, all: string[]) => [...all, file],
    [],
  )
  run.option('--watchtower', 'only raise the alarm: no key, no bonds')
  for (const [flags, description] of settingFlags('data', 'log', 'logLevel', 'poll', 'feeCap', 'withdraw')) run.option(flags, description)
  run.addHelpText('after', EXAMPLES)
  run.action((given: Given) => runDaemon((signal) => start(given, signal)))
  return new Command('challenger').description('the watcher’s daemon').addCommand(run)
}

async function start(given: Given, signal: AbortSignal): Promise<void> {
  const { env } = process
  const watchtower = given.watchtower === true
  const settings = readDaemonSettings(given, env, join('.opine', watchtower ? 'watchtower' : 'challenger'))
  const log = createLog({ format: settings.log, service: 'challenger', minimum: settings.logLevel })
  useNativeHashing(log)
  const models = requireModels(given.model ?? []).map((path) => loadNamedModel(path, readBytes(path, '--model')))
  const wallet = watchtower ? null : readWallet(readSetting(SETTINGS.keyFile, given.keyFile, env), env)
  const chain = await openChain({ url: settings.rpc }, settings.deployment, log)
  try {
    const store = Store.open(join(settings.data, 'challenger.sqlite'))
    try {
      const { poll, feeCap, withdraw } = settings
      const options = {
        models,
        poll,
        ...(feeCap === undefined ? {} : { sending: { feeCap } }),
        ...(withdraw === undefined ? {} : { withdraw }),
      }
      await runChallenger(options, { chain, store, log, wallet, signal })
    } finally {
      store.close()
    }
  } finally {
    chain.close()
  }
}
