import { OpineError } from '@opine/dispute-game/errors.ts'
import { placeProof } from '@opine/models/trace/place-proof.ts'
import { Command, InvalidArgumentError } from 'commander'
import type { Contract, Provider, Result, TransactionReceipt } from 'ethers'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { etherText } from '../chain/money.ts'
import { send } from '../chain/send.ts'
import { type ChainOptions, deploymentOption, signerOf, withChainOptions } from '../chain/signer.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { address, whole } from '../options.ts'
import { print, printJson } from '../output.ts'

type Options = ChainOptions & { readonly deployment: string; readonly versionId: string; readonly json?: true }
type Context = { readonly attestations: Contract; readonly models: Contract; readonly provider: Provider }
type Deed<T> = (context: Context, options: Options & T) => Promise<TransactionReceipt>

const ANY_BUFFER = 2 ** 32 - 1

/** `opine attestation`: stakes on a version's files, and demands for them. An oracle node does the attester's part by itself (`--attest`). */
export const attestationCommand = (): Command =>
  new Command('attestation')
    .description('who stakes on having the files of a version, and demands that they be shown')
    .addCommand(showCommand())
    .addCommand(deedCommand('attest', 'stake on having the files for 30 days, or renew that; be ready to answer demands', plain('attest')))
    .addCommand(deedCommand('release', 'free the stake of a lapsed attestation', plain('release')))
    .addCommand(demandCommand())
    .addCommand(deedCommand('draw', 'fix what a demand asks for, once the block that draws is there', plain('draw')))
    .addCommand(answerCommand())
    .addCommand(deedCommand('fail', 'end a demand that nobody answered in time', plain('fail')))
    .addCommand(slashCommand())

const plain =
  (method: string): Deed<object> =>
  ({ attestations }, { versionId }) =>
    send(attestations, method, [versionId])

const demandCommand = (): Command =>
  deedCommand<{ buffer: number }>('demand', 'demand drawn parts of the files, for a bond', async (context, { versionId, buffer }) => {
    const { attestations, provider } = context
    // The bond follows the base fee, which may rise until this is mined; what is too much is credited back.
    const { maxFeePerGas } = await provider.getFeeData()
    const bond: bigint = await attestations.getFunction('demandBond').staticCall({ gasPrice: maxFeePerGas ?? 0n, gasLimit: 300_000n })
    return send(attestations, 'demand', [versionId, buffer], { value: (bond * 3n) / 2n })
  }).option('--buffer <n>', 'a constant or kernel, by its buffer; drawn among all if left out', whole(0, ANY_BUFFER - 1), ANY_BUFFER)

const answerCommand = (): Command =>
  withModelOptions(
    deedCommand<ModelOptions & { model: string }>(
      'answer --model digits.opine',
      'answer a drawn demand, for its bond',
      async (context, options) => {
        const { attestations, models } = context
        const { root, program, tree } = readModel(options.model, options)
        const { programRoot } = await models.getFunction('offer')(options.versionId)
        if (programRoot !== root) {
          const message = `${options.model} is program ${root}, but the version is program ${programRoot}; give the file of that one`
          throw new OpineError('MODEL_DIFFERS', message, { root, programRoot })
        }
        const places: Result[] = await attestations.getFunction('placesOf')(options.versionId)
        const proofs = places.map((place) => placeProof(program, tree, Number(place.buffer), place.draw))
        return send(attestations, 'answer', [options.versionId, proofs])
      },
    ),
  ).requiredOption('--model <file>', 'ONNX file or program file of the version')

const slashCommand = (): Command =>
  deedCommand<{ attester: string }>(
    'slash --attester 0x...',
    'take the stake that a failed demand made forfeit, for a share',
    (context, options) => send(context.attestations, 'slash', [options.versionId, options.attester]),
  ).requiredOption('--attester <address>', 'whose', address)

/** @param usage  the command's name and options, for an example */
function command(usage: string, description: string): Command {
  const example = `\nExamples:\n  OPINE_KEY=0x... opine attestation ${usage} --version-id 0x... --deployment deployment.json`
  return withChainOptions(new Command(usage.split(' ')[0]))
    .description(description)
    .addOption(deploymentOption().makeOptionMandatory())
    .requiredOption('--version-id <id>', 'the version, as opine model register prints it', versionId)
    .option('--json', 'print one JSON object')
    .addHelpText('after', example)
}

function deedCommand<T = object>(usage: string, description: string, deed: Deed<T>): Command {
  return command(usage, description).action((options: Options & T) =>
    withNode(options.rpc, async (provider, chainId) => {
      const { attestations, models } = protocolOf(options.deployment, chainId, signerOf(options, provider))
      const { hash } = await deed({ attestations, models, provider }, options)
      if (options.json) printJson({ transaction: hash })
      else print(`transaction  ${hash}`)
    }),
  )
}

const showCommand = (): Command =>
  command('show', 'show who attests a version, and what is demanded').action(({ rpc, deployment, versionId: id, json }: Options) =>
    withNode(rpc, async (provider, chainId) => {
      const { attestations, models } = protocolOf(deployment, chainId, provider)
      const { active, retired } = await models.getFunction('offer')(id)
      const attesters: string[] = [...(await attestations.getFunction('attestersOf')(id))]
      const { demander, openedAt, deadline, bond } = await attestations.getFunction('demandOf')(id)
      const demand = openedAt === 0n ? null : { demander, openedAt: Number(openedAt), deadline: Number(deadline), bond }
      if (json) return printJson({ versionId: id, active, retired, attesters, demand })
      const until = demand?.deadline ? `to be answered until ${new Date(1000 * demand.deadline).toISOString()}` : 'not drawn yet'
      print(
        `active     ${active ? 'yes' : 'no'}${retired ? ', but retired' : ''}`,
        ...attesters.map((attester) => `attested   by ${attester}`),
        ...(demand ? [`demanded   by ${demander}, for ${etherText(bond)}; ${until}`] : []),
      )
    }),
  )

function versionId(text: string): string {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text
  throw new InvalidArgumentError(`expected a version id as opine model register prints it, got "${text.slice(0, 70)}"`)
}
