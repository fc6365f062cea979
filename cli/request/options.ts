import { TIERS } from '@opine/client/terms.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Command, Option } from 'commander'
import { ether, etherOption } from '../chain/money.ts'
import { type ChainOptions, deploymentOption } from '../chain/signer.ts'
import { INPUT_HELP, type InputOptions } from '../model/inputs.ts'
import type { ModelOptions } from '../model/load.ts'
import { address, whole } from '../options.ts'

/** What is asked, how, and how long it is waited for. Seconds, wei. */
export type RequestOptions = ChainOptions &
  ModelOptions &
  InputOptions & {
    readonly deployment: string
    readonly model: string
    readonly versionId?: string
    readonly reader?: string
    readonly tier?: keyof typeof TIERS
    readonly fee: bigint
    readonly bond?: bigint
    readonly atStake?: bigint
    readonly delayPrice?: bigint
    readonly redundancy: number
    readonly liveness: number
    readonly answerWithin: number
    readonly optimistic?: true
    readonly allowInactive?: true
    readonly wait: boolean
    readonly timeout: number
    readonly json?: true
  }

const BOND_DEFAULT = { text: 'half as much again as the least that the oracle takes' }

export const REQUEST_HELP = `${INPUT_HELP}

Examples:
  OPINE_KEY=0x... opine request --model digits.opine --input image=seven.npy --deployment deployment.json
  OPINE_KEY=0x... opine request --model digits.opine --random 1 --tier high --no-wait --deployment deployment.json`

/** Adds what a request is made with. Subcommands have their own, so that none here is mandatory for commander: `requireOptions` asks for them. */
export const withTermOptions = (command: Command): Command =>
  command
    .addOption(deploymentOption())
    .option('--model <file>', 'ONNX file or program file of a registered model')
    .option('--version-id <id>', 'which version to ask, where several offer this model')
    .option('--reader <address>', 'ask through this DigitReader contract, which is then called back', address)
    .addOption(new Option('--tier <name>', 'security by name; the options below change parts of it').choices(Object.keys(TIERS)))
    .addOption(etherOption('--fee <ether>', 'what the answer is worth to you, for the operators', '0.01'))
    .addOption(etherOption('--bond <ether>', 'what each operator must put at stake', BOND_DEFAULT))
    .option('--at-stake <ether>', 'what a lie could win: no bond is below it', ether)
    .option('--delay-price <ether>', 'what a challenger pays you for a challenge that it loses', ether)
    .addOption(
      new Option('--redundancy <operators>', 'different operators that have to agree; they share the fee')
        .argParser(whole(1, 8))
        .default(undefined, "1, or the tier's"),
    )
    .addOption(
      new Option('--liveness <seconds>', 'time in which an answer can be challenged')
        .argParser(whole(60, 2_592_000))
        .default(undefined, "3600, or the tier's"),
    )
    .option('--deadline <seconds>', 'time in which answers are taken', whole(1, 2_592_000), 86_400)
    .option('--optimistic', 'with --reader: tell the contract the first answer before it is final')
    .option('--allow-inactive', 'ask even if too few operators attest the files of the version')
    .option('--no-wait', 'print the id of the request and end; opine request watch goes on')
    .option('--timeout <seconds>', 'how long to wait here', whole(1, 2_592_000), 90_000)
    .option('--json', 'print one JSON object')

/** @throws {OpineError} `OPTION_MISSING`, `OPTIMISTIC_READER` */
export function requireOptions(given: Partial<RequestOptions> & { readonly deadline?: number }): RequestOptions {
  const { deadline, ...options } = given
  for (const name of ['deployment', 'model'] as const) {
    if (options[name] === undefined)
      throw new OpineError('OPTION_MISSING', `--${name} FILE is missing; opine request --help shows examples`)
  }
  if (options.optimistic && options.reader === undefined) {
    throw new OpineError(
      'OPTIMISTIC_READER',
      '--optimistic is for a contract that is called back; name it with --reader, or leave --optimistic out',
    )
  }
  const usual = options.tier === undefined ? { liveness: 3_600, redundancy: 1 } : TIERS[options.tier]
  const { liveness = usual.liveness, redundancy = usual.redundancy } = options
  return { ...(options as RequestOptions), liveness, redundancy, answerWithin: deadline! }
}
