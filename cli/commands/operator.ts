import { Command } from 'commander'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { ether, etherText } from '../chain/money.ts'
import { send } from '../chain/send.ts'
import { type ChainOptions, signerOf, withChainOptions } from '../chain/signer.ts'
import { print, printJson } from '../output.ts'

type Options = ChainOptions & { readonly deployment: string; readonly amount: bigint; readonly json?: true }

/** `opine operator`: an operator's money. */
export const operatorCommand = (): Command => new Command('operator').description("an operator's stake").addCommand(stakeCommand())

const stakeCommand = (): Command =>
  withChainOptions(new Command('stake'))
    .description('add to the stake from which bonds are locked')
    .requiredOption('--deployment <file>', 'addresses that opine deploy wrote')
    .requiredOption('--amount <ether>', 'what to add', ether)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  OPINE_KEY=0x... opine operator stake --amount 2 --deployment deployment.json')
    .action((options: Options) =>
      withNode(options.rpc, async (provider, chainId) => {
        const signer = signerOf(options, provider)
        const operator = await signer.getAddress()
        const { operators } = protocolOf(options.deployment, chainId, signer)
        const receipt = await send(operators, 'stake', [], { value: options.amount })
        const [total, locked] = (await operators.getFunction('stakeOf')(operator)) as [bigint, bigint]
        if (options.json) printJson({ operator, total, locked, transaction: receipt.hash })
        else print(`operator  ${operator}`, `stake     ${etherText(total)}, of which ${etherText(locked)} backs assertions`)
      }),
    )
