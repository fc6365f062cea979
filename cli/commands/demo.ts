import { OpineError } from '@opine/dispute-game/errors.ts'
import { parseProviders } from '@opine/node-kit/executor-settings.ts'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Computing } from '../demo/daemons.ts'
import { runDemo } from '../demo/demo.ts'
import type { OwnModel } from '../demo/questions/own.ts'
import { openScreen } from '../demo/screen.ts'
import { INPUT_HELP, type InputOptions, withInputOptions } from '../model/inputs.ts'
import { type ModelOptions, withModelOptions } from '../model/load.ts'
import { whole } from '../options.ts'
import { printJson } from '../output.ts'

type Options = ModelOptions &
  InputOptions & {
    readonly seed: number
    readonly pause?: number
    readonly chain: 'embedded' | 'anvil'
    readonly rpc?: string
    readonly model?: string
    readonly executor?: string
    readonly providers?: string
    readonly challengerProviders?: string
    readonly quiet?: true
    readonly json?: true
  }

/** Milliseconds that a reader has for each move on a terminal. */
const PAUSE = 250

/** What daemons take. */
const EXECUTORS = ['auto', 'wasm', 'wasm-128', 'onnxruntime', 'reference']

const HELP = `
Without --model, three acts: a lie about an image falls by bisection, a lie about a credit file by a proof in one go, and a true answer about a text
survives a challenge without ground; with --executor onnxruntime or auto, or --providers, of our models in exact integers. With --model, the first and the last of these
with your model and your inputs.

Ends with exit code 0 only if, by the contracts' state, each lie fell and cost its bond, who caught it was paid, and every consumer has the truth.

--json prints {ok, seed, chain, acts, complaints, money, computing, processes, seconds}. Each of acts has {number, title, way, model, consumer, about, requestId,
answers, lie, dispute, claims, gas}: claims are what was promised, whether it holds, and what the contracts say; amounts are wei, as text.
${INPUT_HELP}

Examples:
  opine demo
  opine demo --chain anvil --seed 11 --pause 0
  opine demo --json 2>/dev/null
  opine demo --model models/zoo/reader/reader.onnx --input text=models/zoo/reader/examples/crossed.json
  opine demo --model mine.onnx --dim batch=1 --random 7 --quiet
  opine demo --model exact.onnx --random 7 --executor onnxruntime --providers cpu --challenger-providers webgpu`

export const demoCommand = (): Command =>
  withInputOptions(withModelOptions(new Command('demo')))
    .description('watch lies be found: a chain, two operators, challengers and consumers on this machine, in less than a minute')
    .option('--seed <n>', 'draws the questions and the lies', whole(0, 0xffffffff), 4)
    .addOption(new Option('--chain <name>', 'node that is started').choices(['embedded', 'anvil']).default('embedded'))
    .option('--rpc <url>', 'use this development node, which is running, instead; its clock is moved')
    .option('--model <file>', 'play with this ONNX or program file')
    .option('--pause <ms>', `time for each move to be read; default ${PAUSE} on a terminal, else 0`, whole(0, 60_000))
    .addOption(new Option('--executor <name>', 'what runs models in all daemons; auto if left out').choices(EXECUTORS))
    .option('--providers <list>', 'execution providers of onnxruntime, first choice first: cpu, webgpu, cuda, coreml, dml', providerList)
    .option('--challenger-providers <list>', 'those of the challengers, where they shall have others', providerList)
    .option('--quiet', 'only the end: what was found, what it cost')
    .option('--json', 'print the result as one JSON object on stdout, the story on stderr')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const { seed, chain, rpc, json = false, quiet = false } = options
      const paced = !json && !quiet && process.stdout.isTTY === true
      const own = ownModel(options)
      const pause = options.pause ?? (paced ? PAUSE : 0)
      const computing = computingOf(options)
      const result = await runDemo(
        { seed, chain, pause, computing, exact: runsStock(options), ...(rpc ? { rpc } : {}), ...(own ? { own } : {}) },
        openScreen({ json, quiet }),
      )
      if (json) printJson(result)
      if (!result.ok) process.exitCode = 1
    })

/** @throws {OpineError} `MODEL_MISSING` if inputs are given for a model that is not */
function ownModel({ model, input, random, imageScale, dim, set }: Options): OwnModel | undefined {
  const given = { input, random, imageScale, dim, set }
  const [first] = Object.entries(given).filter(([, value]) => value !== undefined)
  if (model !== undefined)
    return { file: model, ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as object) }
  if (!first) return undefined
  const name = first[0] === 'imageScale' ? 'image-scale' : first[0]
  throw new OpineError('MODEL_MISSING', `--${name} is for a model of your own; add --model FILE, or leave --${name} out`)
}

/** What the stock runtime may run is exact integers. */
const runsStock = ({ executor, providers, challengerProviders }: Options): boolean =>
  executor === undefined ? (providers ?? challengerProviders) !== undefined : executor === 'onnxruntime' || executor === 'auto'

/** As the daemons read it, which would say what is wrong with it in the middle of the play. */
function providerList(text: string): string {
  try {
    return parseProviders(text).join(',')
  } catch (cause) {
    throw new InvalidArgumentError((cause as Error).message)
  }
}

function computingOf({ executor, providers, challengerProviders = providers }: Options): Computing {
  const common = executor === undefined ? [] : ['--executor', executor]
  const listed = (list?: string): string[] => (list === undefined ? [] : ['--providers', list])
  return { operators: [...common, ...listed(providers)], challengers: [...common, ...listed(challengerProviders)] }
}
