import { deployProtocol } from '@opine/node-kit/deployment.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { Command } from 'commander'
import { parseUnits } from 'ethers'
import { withNode } from '../chain/connect.ts'
import { etherOption } from '../chain/money.ts'
import { type ChainOptions, signerOf, withChainOptions } from '../chain/signer.ts'
import { requireFolderOf } from '../files.ts'
import { address, whole } from '../options.ts'
import { print, printJson, progress } from '../output.ts'

type Options = ChainOptions & Omit<ProtocolTerms, 'gasPrice'> & { readonly out: string; readonly gasPrice: number; readonly json?: true }

const seconds = whole(0, 2 ** 31)

export const deployCommand = (): Command =>
  withChainOptions(new Command('deploy'))
    .description('deploy the protocol and write its addresses to a file')
    .requiredOption('--out <file>', 'where the addresses go')
    .option('--clock <seconds>', 'time of each side of a game in all', seconds, 86_400)
    .option('--extension <seconds>', 'time that each turn has at least', seconds, 3_600)
    .addOption(etherOption('--game-bond <ether>', 'bond of a challenger', '0.1'))
    .addOption(etherOption('--min-bond <ether>', 'least bond of an assertion', '0.1'))
    .option('--gas-price <gwei>', 'governed price of gas, for prepaid callbacks and bonds', whole(1, 10_000), 1)
    .option('--claim-window <seconds>', 'time in which rewards are claimed', seconds, 86_400)
    .option('--governor <address>', 'who may change these numbers later, within bounds; the deployer if left out', address)
    .option('--guardian <address>', 'who may freeze withdrawals for a bounded time; the governor if left out', address)
    .option('--timelock <seconds>', 'time between the announcement and the execution of a change', seconds, 172_800)
    .option('--air-gap <seconds>', 'time that payouts wait at least; at most twice as long', seconds, 86_400)
    .option('--unbonding-delay <seconds>', 'time between the beginning and the end of unstaking', seconds, 604_800)
    .option('--max-freeze <seconds>', 'time for which a freeze holds', seconds, 604_800)
    .option('--exposure-bps <n>', 'most of a stake that may be locked, in hundredths of a percent', whole(1, 10_000), 10_000)
    .option('--attestations <n>', 'operators that must attest a version before it is active', whole(0, 16), 0)
    .addOption(etherOption('--attestation-stake <ether>', 'what each of them locks', '0.1'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  OPINE_KEY=0x... opine deploy --rpc http://127.0.0.1:8545 --out deployment.json')
    .action((options: Options) => {
      requireFolderOf(options.out)
      return withNode(options.rpc, async (provider) => {
        progress('deploying the contracts')
        const deployment = await deployProtocol(signerOf(options, provider), {
          ...options,
          gasPrice: parseUnits(`${options.gasPrice}`, 'gwei'),
        })
        writeDeployment(options.out, deployment)
        if (options.json) printJson({ ...deployment, out: options.out })
        else print(...Object.entries(deployment).map(([name, value]) => `${name.padEnd(12)} ${value}`), `written to ${options.out}`)
      })
    })
