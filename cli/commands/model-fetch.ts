import { loadNamedModel } from '@opine/models/load.ts'
import { configText } from '@opine/node-kit/config-report.ts'
import { type Given, readConfiguration } from '@opine/node-kit/configuration.ts'
import { type Contracts, contractsAt } from '@opine/node-kit/contracts.ts'
import { dataSetting } from '@opine/node-kit/daemon-settings.ts'
import { readDeployment } from '@opine/node-kit/deployment-file.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { modelStoreOf } from '@opine/node-kit/model-store/load-models.ts'
import { MODEL_STORE_SETTINGS } from '@opine/node-kit/model-store/settings.ts'
import { type ModelSource, parseModelSource } from '@opine/node-kit/model-store/source.ts'
import type { Settings } from '@opine/node-kit/setting.ts'
import { addSettings } from '@opine/node-kit/setting-flags.ts'
import { Command, InvalidArgumentError } from 'commander'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { deploymentOption, withNodeOption } from '../chain/signer.ts'
import { requireFolderOf } from '../files.ts'
import { recordingLoad, writeModel } from '../model/fetched.ts'
import { grouped, print, printJson } from '../output.ts'

const TABLE = { ...MODEL_STORE_SETTINGS, data: dataSetting('.opine/cli') } as const satisfies Settings

type Options = Given & { readonly out: string; readonly rpc: string; readonly deployment?: string; readonly json?: true }

export function fetchCommand(): Command {
  const command = withNodeOption(new Command('fetch'))
    .description('fetch a model and verify it, as a daemon does that is given it as --model')
    .argument('<source>', 'http(s)://..., ipfs://CID[/path], or the 0x... id of a version or program that is registered', sourceOf)
    .requiredOption('--out <file>', 'where to write it, with files that it names beside it')
    .addOption(deploymentOption())
    .option('--json', 'print one JSON object')
  addSettings(command, TABLE)
  return command
    .addHelpText(
      'after',
      `
What was fetched once is kept in the folder of --data, by the hash of its bytes, and not fetched again.

Examples:
  opine model fetch 0x71c3...e09a --out model.opine --deployment deployment.json
  opine model fetch https://models.example/digits.onnx --out digits.onnx
  opine model fetch ipfs://bafy.../digits.onnx --out digits.onnx --ipfs-gateway https://ipfs.example`,
    )
    .action(fetchInto)
}

function sourceOf(text: string): ModelSource {
  try {
    return parseModelSource(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

async function fetchInto(source: ModelSource, options: Options): Promise<void> {
  const { values, effective } = readConfiguration(TABLE, options, process.env)
  if (options.printConfig === true) return void process.stdout.write(configText(effective, options.json ? 'json' : 'text'))
  requireFolderOf(options.out)
  const log = createLog({ format: 'text', service: 'opine' })
  const store = modelStoreOf(values, log, new AbortController().signal)
  const { load, files } = recordingLoad(loadNamedModel)
  const { root } = await withRegistry(source, options, (contracts) => store.load(source, load, contracts?.models ?? null))
  const written = writeModel(options.out, files())
  if (options.json) return printJson({ source: source.text, programRoot: root, files: written })
  print(`program root  ${root}`, ...written.map(({ path, sha256, bytes }) => `${path}  ${grouped(bytes)} bytes, SHA-256 ${sha256}`))
}

/** Only an id needs the chain. */
async function withRegistry<T>(
  { kind }: ModelSource,
  { deployment, rpc }: Options,
  work: (contracts: Contracts | null) => Promise<T>,
): Promise<T> {
  if (kind !== 'registered' || deployment === undefined) return work(null)
  return withNode(rpc, (provider, chainId) => {
    protocolOf(deployment, chainId, provider)
    return work(contractsAt(readDeployment(deployment), provider))
  })
}
