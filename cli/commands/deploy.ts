import { waitForReceipt } from '@opine/client/receipt.ts'
import { type DeploymentProgress, deployProtocol } from '@opine/node-kit/deployment.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { deploymentSteps } from '@opine/node-kit/deployment-steps.ts'
import { Command } from 'commander'
import { parseUnits } from 'ethers'
import { withNode } from '../chain/connect.ts'
import { type ChainOptions, signerOf, withChainOptions } from '../chain/signer.ts'
import { requireFunds } from '../deploy/cost.ts'
import { beginOrResume, forgetPartial } from '../deploy/partial.ts'
import { requireSuitable } from '../deploy/suitable.ts'
import { readTerms, withTerms } from '../deploy/terms.ts'
import { requireFolderOf } from '../files.ts'
import { grouped, print, printJson, progress } from '../output.ts'

type Options = ChainOptions & { readonly out: string; readonly json?: true }

export const deployCommand = (): Command =>
  withTerms(withChainOptions(new Command('deploy')).requiredOption('--out <file>', 'where the addresses go'))
    .description('deploy the protocol and write its addresses to a file; repeated after an interruption, it goes on where it was')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  OPINE_KEY=0x... opine deploy --rpc http://127.0.0.1:8545 --out deployment.json
  opine deploy --rpc https://... --key-file key.json --terms terms.json --confirmations 3 --max-fee 20 --out deployment.json`,
    )
    .action(deploy)

async function deploy(options: Options): Promise<void> {
  requireFolderOf(options.out)
  const terms = readTerms(options)
  await withNode(options.rpc, async (provider, chainId) => {
    const account = signerOf(options, provider)
    const from = await account.getAddress()
    await requireSuitable(provider)
    const maxFee = options.maxFee === undefined ? null : parseUnits(`${options.maxFee}`, 'gwei')
    const { first, block, resumed } = await beginOrResume(options.out, provider, { chainId, from }, terms, progress)
    const { steps } = deploymentSteps(from, first, terms)
    if (resumed) progress(`going on with the deployment that was begun at block ${block}`)
    await requireFunds(provider, from, steps.slice((await provider.getTransactionCount(from)) - first), maxFee, progress)
    let gas = 0n
    const deployment = await deployProtocol(account, terms, {
      // A new deployment's first block is that of its first contract.
      ...(resumed ? { resume: { first, block } } : {}),
      onStep: (step) => {
        gas += step.gasUsed ?? 0n
        progress(lineOf(step))
      },
      receipt: (hash) => waitForReceipt(provider, hash, { confirmations: account.confirmations, polling: 100 }),
    })
    writeDeployment(options.out, deployment)
    forgetPartial(options.out)
    if (options.json) return printJson({ ...deployment, gas: Number(gas), out: options.out })
    print(
      ...Object.entries(deployment).map(([name, value]) => `${name.padEnd(12)} ${value}`),
      `gas          ${grouped(gas)}`,
      `written to ${options.out}`,
    )
  })
}

function lineOf({ name, address, index, total, gasUsed }: DeploymentProgress): string {
  const what = address === null ? name : `${name} at ${address}`
  return `${String(index + 1).padStart(2)} of ${total}  ${what}, ${gasUsed === null ? 'was there' : `${grouped(gasUsed)} gas`}`
}
