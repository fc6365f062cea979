import { Command } from 'commander'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { registerProgram } from '../chain/register.ts'
import { type ChainOptions, signerOf, withChainOptions } from '../chain/signer.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { grouped, print, printJson } from '../output.ts'

type Options = ChainOptions & ModelOptions & { readonly deployment: string; readonly json?: true }

export const registerCommand = (): Command =>
  withModelOptions(withChainOptions(new Command('register')))
    .description('register a program, so that it can be asked for')
    .argument('<file>', 'ONNX file or program file')
    .requiredOption('--deployment <file>', 'addresses that opine deploy wrote')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  OPINE_KEY=0x... opine model register digits.opine --deployment deployment.json')
    .action((file: string, options: Options) => {
      const { program } = readModel(file, options)
      return withNode(options.rpc, async (provider, chainId) => {
        const { models } = protocolOf(options.deployment, chainId, signerOf(options, provider))
        const { programRoot, receipt } = await registerProgram(models, program)
        if (options.json) printJson({ programRoot, transaction: receipt.hash, gas: Number(receipt.gasUsed) })
        else print(`program root  ${programRoot}`, `transaction   ${receipt.hash}, ${grouped(receipt.gasUsed)} gas`)
      })
    })
