import { DigitReader } from '@opine/abi/generated/DigitReader.ts'
import { createClient, type OpineClient } from '@opine/client/client.ts'
import { type Asked, request, requestIdsOf } from '@opine/client/request.ts'
import type { RequestTerms } from '@opine/client/request-terms.ts'
import { chooseTerms } from '@opine/client/terms.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { Command } from 'commander'
import { Contract } from 'ethers'
import type { Account } from '../chain/account.ts'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { etherText } from '../chain/money.ts'
import { send } from '../chain/send.ts'
import { signerOf, withChainOptions } from '../chain/signer.ts'
import { findVersion } from '../chain/version.ts'
import { readInputs, withInputOptions } from '../model/inputs.ts'
import { readModel, withModelOptions } from '../model/load.ts'
import { print, printJson, progress } from '../output.ts'
import { awaitAnswer } from '../request/answer.ts'
import { finishCommand, showCommand, watchCommand } from '../request/look.ts'
import { REQUEST_HELP, type RequestOptions, requireOptions, withTermOptions } from '../request/options.ts'

/** Gas for the callback of a `DigitReader`, with room to spare. */
const CALLBACK_GAS = 200_000

export const requestCommand = (): Command =>
  withTermOptions(withInputOptions(withModelOptions(withChainOptions(new Command('request')))))
    .description('ask for an inference and wait for its final answer')
    .enablePositionalOptions()
    .addHelpText('after', REQUEST_HELP)
    .action(ask)
    .addCommand(showCommand())
    .addCommand(watchCommand())
    .addCommand(finishCommand())

async function ask(given: Partial<RequestOptions>): Promise<void> {
  const options = requireOptions(given)
  const model = readModel(options.model, options)
  const input = concatBytes(...readInputs(model.program, model.interface, options))
  await withNode(options.rpc, async (provider, chainId) => {
    const account = signerOf(options, provider)
    const { deployment, models } = protocolOf(options.deployment, chainId, account)
    const client = await createClient(account, deployment, { polling: 500 })
    const reader = options.reader === undefined ? undefined : new Contract(options.reader, DigitReader.abi, account)
    const version = reader === undefined ? options.versionId : ((await reader.getFunction('VERSION')()) as string)
    const versionId = await findVersion(models, model.root, version)
    const terms = await chooseTerms(client, { ...options, callbackGas: reader === undefined ? 0 : CALLBACK_GAS })
    const asked = await post(client, { account, reader, versionId, input, terms })
    const { requestId, fromBlock } = asked
    if (options.wait) {
      progress(`request ${requestId} in block ${fromBlock}; waiting for its answer`)
      return awaitAnswer(client, asked, { ...options, versionId, model })
    }
    if (options.json) printJson({ requestId, programRoot: model.root, versionId, block: fromBlock, transaction: asked.hash })
    else print(requestId)
  })
}

type Post = {
  readonly account: Account
  readonly reader: Contract | undefined
  readonly versionId: string
  readonly input: Uint8Array
  readonly terms: RequestTerms
}

/** Asks from the account itself or through the consumer contract. */
async function post(client: OpineClient, { account, reader, versionId, input, terms }: Post): Promise<Asked> {
  const value: bigint = await client.oracle.getFunction('estimateFee')(versionId, terms)
  progress(`asking for ${etherText(value)}, each answer backed by ${etherText(terms.bond)}, disputable for ${terms.liveness} seconds`)
  const { confirmations } = account
  if (reader === undefined) {
    const onSent = (hash: string): void => progress(`transaction ${hash}`)
    return request(client, { versionId, input, terms, value, confirmations, polling: 100, onSent })
  }
  const receipt = await send(reader, 'read', [toHex(input), terms], { value })
  const [requestId] = requestIdsOf(client, receipt)
  return { requestId: requestId!, hash: receipt.hash, fromBlock: receipt.blockNumber, gasUsed: receipt.gasUsed }
}
