import { createClient, type OpineClient } from '@opine/client/client.ts'
import { finish } from '@opine/client/finish.ts'
import { decodeOutput } from '@opine/client/output.ts'
import { result } from '@opine/client/result.ts'
import { readSpec } from '@opine/client/spec.ts'
import { watch } from '@opine/client/watch.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { ModelInterface } from '@opine/models/ir/types.ts'
import { Command, InvalidArgumentError } from 'commander'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { type ChainOptions, deploymentOption, signerOf, withChainOptions, withNodeOption } from '../chain/signer.ts'
import { readModel } from '../model/load.ts'
import { whole } from '../options.ts'
import { print, printJson } from '../output.ts'
import { outputLine, plain } from './answer.ts'
import { sentenceOf } from './sentence.ts'

type LookOptions = {
  readonly rpc: string
  readonly deployment: string
  readonly model?: string
  readonly confirmations?: number
  readonly json?: true
}

const idCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<id>', 'id of a request, as opine request prints it', requestId)
    .addOption(deploymentOption().makeOptionMandatory())
    .addHelpText('after', `\nExamples:\n  opine request ${name} 0x... --deployment deployment.json`)

const lookCommand = (name: string, description: string): Command =>
  withNodeOption(idCommand(name, description)).option('--model <file>', 'ONNX file or program file, for the names of the outputs')

/** `opine request show`: what is known now. */
export const showCommand = (): Command =>
  lookCommand('show', 'show how a request stands, and its answer, final or not')
    .option('--json', 'print one JSON object')
    .action((requestId: string, options: LookOptions) =>
      withNode(options.rpc, async (provider, chainId) => {
        const client = await createClient(provider, protocolOf(options.deployment, chainId, provider).deployment)
        const { answer, ...state } = await result(client, { requestId })
        const outputs = answer ? decodeOutput(await specOf(client, state.programRoot, options.model), answer.output) : []
        if (options.json) return printJson({ ...state, answer: answer && { ...answer, outputs: outputs.map(plain) } })
        const time = (second: number): string => new Date(1000 * second).toISOString()
        print(
          `request   ${requestId}`,
          `status    ${state.status}${state.settledAt > 0 ? ` at ${time(state.settledAt)}` : `, answers are taken until ${time(state.deadline)}`}`,
          `asked by  ${state.consumer}${state.delivered ? ', who has been told' : ''}`,
          ...(answer
            ? [`answer    ${answer.isFinal ? 'final' : 'not final'}, ${answer.status}, by ${answer.asserter}`]
            : ['answer    none stands']),
          ...outputs.map(outputLine),
        )
      }),
    )

/** `opine request watch`: what happens, to the end. */
export const watchCommand = (): Command =>
  lookCommand('watch', 'tell what happens to a request until it is answered or expired')
    .option('--confirmations <n>', 'blocks that must hold an event or build on it', whole(1, 1_000), 1)
    .option('--json', 'print one JSON object for each event')
    .action((requestId: string, options: LookOptions) =>
      withNode(options.rpc, async (provider, chainId) => {
        const { deployment } = protocolOf(options.deployment, chainId, provider)
        const client = await createClient(provider, deployment, { polling: 500 })
        const { programRoot } = await result(client, { requestId })
        const spec = options.json ? null : await specOf(client, programRoot, options.model)
        for await (const event of watch(client, { requestId, confirmations: options.confirmations! })) {
          if (options.json) printJson(event)
          else print(sentenceOf(event, spec))
        }
      }),
    )

/** `opine request finish`: ends what could end. */
export const finishCommand = (): Command =>
  withChainOptions(idCommand('finish', 'settle a request whose answer is final, or end one that nobody answered; anybody may'))
    .option('--json', 'print one JSON object')
    .action((requestId: string, options: ChainOptions & LookOptions) =>
      withNode(options.rpc, async (provider, chainId) => {
        const account = signerOf(options, provider)
        const client = await createClient(account, protocolOf(options.deployment, chainId, account).deployment)
        const { ended, hash } = await finish(client, { requestId, confirmations: options.confirmations })
        if (options.json) printJson({ requestId, ended, transaction: hash })
        else print(`${ended} by transaction ${hash}`)
      }),
    )

/** Names from a file, checked against the chain's numbers; without one, what the chain knows. */
async function specOf(client: OpineClient, programRoot: string, file?: string): Promise<ModelInterface> {
  if (file === undefined) return readSpec(client, { programRoot })
  const model = readModel(file)
  if (model.root === programRoot) return model.interface
  throw new OpineError('MODEL_WRONG', `${file} is program ${model.root}, but the request asks ${programRoot}; correct --model`)
}

function requestId(text: string): string {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase()
  throw new InvalidArgumentError(`expected a request id, 0x and 64 hexadecimal digits, got "${text.slice(0, 70)}"`)
}
