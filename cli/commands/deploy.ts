import { deployProtocol } from '@opine/node-kit/deployment.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { Command } from 'commander'
import { withNode } from '../chain/connect.ts'
import { etherOption } from '../chain/money.ts'
import { type ChainOptions, signerOf, withChainOptions } from '../chain/signer.ts'
import { requireFolderOf } from '../files.ts'
import { whole } from '../options.ts'
import { print, printJson, progress } from '../output.ts'

type Options = ChainOptions & {
  readonly out: string
  readonly clock: number
  readonly extension: number
  readonly gameBond: bigint
  readonly minBond: bigint
  readonly claimWindow: number
  readonly json?: true
}

export const deployCommand = (): Command =>
  withChainOptions(new Command('deploy'))
    .description('deploy the protocol and write its addresses to a file')
    .requiredOption('--out <file>', 'where the addresses go')
    .option('--clock <seconds>', 'time of each side of a game in all', whole(1, 2 ** 31), 86_400)
    .option('--extension <seconds>', 'time that each turn has at least', whole(1, 2 ** 31), 3_600)
    .addOption(etherOption('--game-bond <ether>', 'bond of a challenger', '0.1'))
    .addOption(etherOption('--min-bond <ether>', 'least bond of an assertion', '0.1'))
    .option('--claim-window <seconds>', 'time in which rewards are claimed', whole(1, 2 ** 31), 86_400)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  OPINE_KEY=0x... opine deploy --rpc http://127.0.0.1:8545 --out deployment.json')
    .action((options: Options) => {
      requireFolderOf(options.out)
      return withNode(options.rpc, async (provider) => {
        progress('deploying the contracts')
        const deployment = await deployProtocol(signerOf(options, provider), options)
        writeDeployment(options.out, deployment)
        if (options.json) printJson({ ...deployment, out: options.out })
        else print(...Object.entries(deployment).map(([name, value]) => `${name.padEnd(10)} ${value}`), `written to ${options.out}`)
      })
    })
