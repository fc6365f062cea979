import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { loadNamedModel } from '@opine/models/load.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { openChain } from '@opine/node-kit/chain.ts'
import { parseAmount, readSetting } from '@opine/node-kit/config.ts'
import { type GivenSettings, readDaemonSettings, requireModels, SETTINGS, settingFlags } from '@opine/node-kit/daemon-settings.ts'
import { readBytes } from '@opine/node-kit/files.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { runDaemon } from '@opine/node-kit/service.ts'
import { Store } from '@opine/node-kit/store.ts'
import { readWallet } from '@opine/node-kit/wallet.ts'
import { Command } from 'commander'
import { runOracleNode } from './oracle-node.ts'

type Given = GivenSettings & {
  readonly model?: readonly string[]
  readonly minFee?: string
  readonly maxBond?: string
  readonly attest?: readonly Hex[]
  readonly lie?: string
}

const MIN_FEE = { flag: '--min-fee', env: 'OPINE_MIN_FEE', parse: parseAmount }
const MAX_BOND = { flag: '--max-bond', env: 'OPINE_MAX_BOND', parse: parseAmount }
const LIE = { flag: '--lie', parse: parseLie }

const EXAMPLES = `
Examples:
  $ OPINE_KEY=0x... opine oracle-node run --rpc ws://127.0.0.1:8545 --deployment deployment.json --model digits.onnx
  $ opine oracle-node run --rpc wss://node.example --deployment deployment.json --model a.opine --model b.onnx \\
      --key-file keystore.json --data /var/lib/opine --min-fee 0.001 --max-bond 2 --log json

Amounts are in ether unless they say otherwise: 0.5, 20gwei, 1000wei.
The account must have staked (opine operator stake) and must hold ether for gas. No other program may use it.`

/** The command `oracle-node` with its subcommand `run`. */
export function oracleNodeCommand(): Command {
  const run = new Command('run').description('answer inference requests, defend the answers, settle and collect')
  for (const [flags, description] of settingFlags('rpc', 'deployment', 'keyFile')) run.option(flags, description)
  run.option(
    '--model <FILE>',
    'ONNX or program file of a registered model; repeatable',
    (file: string, all: string[]) => [...all, file],
    [],
  )
  run.option('--min-fee <AMOUNT>', `least fee for which a request is answered (${MIN_FEE.env}); default 0`)
  run.option('--max-bond <AMOUNT>', `greatest bond that is locked for a request (${MAX_BOND.env}); default unlimited`)
  run.option(
    '--attest <VERSION>',
    'id of a version on whose files this account stakes: attests it, renews that, answers demands for it; repeatable',
    (version: string, all: Hex[]) => [...all, parseVersion(version)],
    [],
  )
  run.option('--lie <SPEC>', 'assert and defend a falsified trace, e.g. random:SEED; for demonstrations alone, the bond will be lost')
  for (const [flags, description] of settingFlags('data', 'log', 'logLevel', 'poll', 'feeCap', 'withdraw')) run.option(flags, description)
  run.addHelpText('after', EXAMPLES)
  run.action((given: Given) => runDaemon((signal) => start(given, signal)))
  return new Command('oracle-node').description('the operator’s daemon').addCommand(run)
}

function parseVersion(text: string): Hex {
  if (/^0x[0-9a-f]{64}$/.test(text)) return text as Hex
  throw new OpineError('CONFIG_INVALID', `--attest: expected a version id as opine model register prints it, got "${text.slice(0, 70)}"`)
}

async function start(given: Given, signal: AbortSignal): Promise<void> {
  const { env } = process
  const settings = readDaemonSettings(given, env, join('.opine', 'oracle-node'))
  const minFee = readSetting(MIN_FEE, given.minFee, env)
  const maxBond = readSetting(MAX_BOND, given.maxBond, env)
  const lie = readSetting(LIE, given.lie, env)
  const log = createLog({ format: settings.log, service: 'oracle-node', minimum: settings.logLevel })
  useNativeHashing(log)
  const models = requireModels(given.model ?? []).map((path) => loadNamedModel(path, readBytes(path, '--model')))
  const wallet = readWallet(readSetting(SETTINGS.keyFile, given.keyFile, env), env)
  const chain = await openChain({ url: settings.rpc }, settings.deployment, log)
  try {
    const store = Store.open(join(settings.data, 'oracle-node.sqlite'))
    try {
      const { poll, feeCap, withdraw } = settings
      const options = {
        models,
        poll,
        ...(minFee === undefined ? {} : { minFee }),
        ...(maxBond === undefined ? {} : { maxBond }),
        attest: given.attest ?? [],
        ...(lie === undefined ? {} : { lie }),
        ...(feeCap === undefined ? {} : { sending: { feeCap } }),
        ...(withdraw === undefined ? {} : { withdraw }),
      }
      await runOracleNode(options, { chain, store, log, wallet, signal })
    } finally {
      store.close()
    }
  } finally {
    chain.close()
  }
}
