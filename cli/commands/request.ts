import { DigitReader } from '@opine/abi/generated/DigitReader.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { formatFloat } from '@opine/models/ir/describe.ts'
import { requestTerms } from '@opine/node-kit/request-terms.ts'
import { Command } from 'commander'
import { Contract } from 'ethers'
import { requestIdOf, waitForAnswer } from '../chain/answer.ts'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { etherOption } from '../chain/money.ts'
import { send } from '../chain/send.ts'
import { type ChainOptions, signerOf, withChainOptions } from '../chain/signer.ts'
import { findVersion } from '../chain/version.ts'
import { INPUT_HELP, type InputOptions, readInputs, withInputOptions } from '../model/inputs.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { splitOutputs } from '../model/outputs.ts'
import { whole } from '../options.ts'
import { print, printJson, progress } from '../output.ts'

type Options = ChainOptions &
  ModelOptions &
  InputOptions & {
    readonly deployment: string
    readonly model: string
    readonly versionId?: string
    readonly reader?: string
    readonly fee: bigint
    readonly bond?: bigint
    readonly redundancy: number
    readonly liveness: number
    readonly deadline: number
    readonly timeout: number
    readonly json?: true
  }

/** Gas for the callback of a `DigitReader`, with room to spare. */
const CALLBACK_GAS = 200_000

/** Of the least bond, in percent: the base fee may rise until the request is mined. */
const BOND_MARGIN = 150n
const BOND_DEFAULT = { text: 'half as much again as the least that the oracle takes' }

export const requestCommand = (): Command =>
  withInputOptions(withModelOptions(withChainOptions(new Command('request'))))
    .description('ask for an inference and wait for its final answer')
    .requiredOption('--deployment <file>', 'addresses that opine deploy wrote')
    .requiredOption('--model <file>', 'ONNX file or program file of a registered model')
    .option('--version-id <id>', 'which version to ask, where several offer this model')
    .option('--reader <address>', 'ask through this DigitReader contract, which is then called back')
    .addOption(etherOption('--fee <ether>', 'what the answer is worth to you, for the operators', '0.01'))
    .addOption(etherOption('--bond <ether>', 'what each operator must put at stake', BOND_DEFAULT))
    .option('--redundancy <operators>', 'different operators that have to agree; they share the fee', whole(1, 8), 1)
    .option('--liveness <seconds>', 'time in which an answer can be challenged', whole(60, 2_592_000), 3_600)
    .option('--deadline <seconds>', 'time in which answers are taken', whole(1, 2_592_000), 86_400)
    .option('--timeout <seconds>', 'how long to wait here', whole(1, 2_592_000), 90_000)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `${INPUT_HELP}\n\nExamples:\n  OPINE_KEY=0x... opine request --model digits.opine --input image=seven.npy --deployment deployment.json`,
    )
    .action(ask)

async function ask(options: Options): Promise<void> {
  const { root: programRoot, program, interface: ports } = readModel(options.model, options)
  const input = toHex(concatBytes(...readInputs(program, ports, options)))
  await withNode(options.rpc, async (provider, chainId) => {
    const signer = signerOf(options, provider)
    const { oracle, models } = protocolOf(options.deployment, chainId, signer)
    const reader = options.reader === undefined ? undefined : new Contract(options.reader, DigitReader.abi, signer)
    const given = reader === undefined ? options.versionId : ((await reader.getFunction('VERSION')()) as string)
    const versionId = await findVersion(models, programRoot, given)
    const now = (await provider.getBlock('latest'))!.timestamp
    const { liveness, fee, redundancy } = options
    const least: bigint = await oracle.getFunction('minimumBond')(fee)
    const bond = options.bond ?? (least * BOND_MARGIN) / 100n
    const callbackGas = reader === undefined ? 0 : CALLBACK_GAS
    const terms = requestTerms({ deadline: now + options.deadline, liveness, bond, fee, callbackGas, redundancy })
    const due: bigint = await oracle.getFunction('estimateFee')(versionId, terms)
    const overrides = { value: due }
    const receipt =
      reader === undefined
        ? await send(oracle, 'requestInference', [versionId, input, terms], overrides)
        : await send(reader, 'read', [input, terms], overrides)
    const requestId = requestIdOf(oracle, receipt)
    progress(`request ${requestId} in block ${receipt.blockNumber}; waiting for its answer`)
    const answer = await waitForAnswer(oracle, requestId, receipt.blockNumber, options.timeout)
    const outputs = splitOutputs(ports, answer.output)
    if (options.json) return printJson({ requestId, programRoot, versionId, ...answer, outputs })
    print(`request   ${requestId}`, `answered  by ${answer.asserter}`)
    for (const { name, values } of outputs) print(`${name}  ${values.map(formatFloat).join('  ')}`)
  })
}
