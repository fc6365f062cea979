import { Command, InvalidArgumentError } from 'commander'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { ether } from '../chain/money.ts'
import { type Offer, registerProgram } from '../chain/register.ts'
import { type ChainOptions, deploymentOption, signerOf, withChainOptions } from '../chain/signer.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { address, whole } from '../options.ts'
import { grouped, print, printJson, progress } from '../output.ts'

type Options = ChainOptions & ModelOptions & Offer & { readonly deployment: string; readonly json?: true }

export const registerCommand = (): Command =>
  withModelOptions(withChainOptions(new Command('register')))
    .description('register a program and offer it as a model, or as the next version of one, so that it can be asked for')
    .argument('<file>', 'ONNX file or program file')
    .addOption(deploymentOption().makeOptionMandatory())
    .option('--model <id>', 'an own model, which gets this program as its next version', modelId)
    .option('--price <ether>', 'what each request of a new model pays to its owner', ether)
    .option('--royalty-receiver <address>', "who gets a share of a new model's price for good", address)
    .option('--royalty-bps <n>', 'that share, in hundredths of a percent', whole(0, 10_000))
    .option('--uri <uri>', 'where operators find the files of this version')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  OPINE_KEY=0x... opine model register digits.opine --deployment deployment.json\n  OPINE_KEY=0x... opine model register digits.opine --price 0.001 --uri ipfs://... --deployment deployment.json',
    )
    .action((file: string, options: Options) => {
      const { program } = readModel(file, options)
      return withNode(options.rpc, async (provider, chainId) => {
        const { models } = protocolOf(options.deployment, chainId, signerOf(options, provider))
        const { programRoot, modelId, versionId, proved, receipts } = await registerProgram(models, program, options, progress)
        const gas = receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n)
        const transactions = receipts.map(({ hash }) => hash)
        if (options.json) return printJson({ programRoot, modelId: String(modelId), versionId, proved, transactions, gas: Number(gas) })
        print(
          `program root  ${programRoot}${proved ? '' : ', registered before'}`,
          `model id      ${modelId}`,
          `version id    ${versionId}`,
          ...transactions.map((hash) => `transaction   ${hash}`),
          `gas           ${grouped(gas)}`,
          ...forOthers(versionId, options.uri),
        )
      })
    })

/** What to tell operators, challengers and attesters. */
function forOthers(versionId: string, uri: string | undefined): string[] {
  if (uri === undefined) return ['no --uri was given: others need the file from you, as --model FILE']
  return [`to fetch it   opine model fetch ${versionId} --out model.opine --deployment FILE`, `to run it     --model ${versionId}`]
}

function modelId(text: string): bigint {
  if (/^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text) && BigInt(text) < 1n << 256n) return BigInt(text)
  throw new InvalidArgumentError(`expected a model id as opine model register prints it, got "${text.slice(0, 40)}"`)
}
