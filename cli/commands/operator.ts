import { Command } from 'commander'
import type { Contract } from 'ethers'
import { withNode } from '../chain/connect.ts'
import { protocolOf } from '../chain/contracts.ts'
import { ether, etherText } from '../chain/money.ts'
import { send } from '../chain/send.ts'
import { type ChainOptions, deploymentOption, signerOf, withChainOptions } from '../chain/signer.ts'
import { whole } from '../options.ts'
import { print, printJson } from '../output.ts'

type Options = ChainOptions & { readonly deployment: string; readonly json?: true }
type Amount = { readonly amount: bigint }

/** A deed at the vault. @returns the hash of its transaction, undefined if it only looks */
type Deed<T> = (vault: Contract, operator: string, options: Options & T) => Promise<string | undefined>

/** `opine operator`: an operator's money. */
export const operatorCommand = (): Command =>
  new Command('operator')
    .description("an operator's money: its stake, what leaves it, and its payouts")
    .addCommand(stakeCommand())
    .addCommand(unstakeCommand())
    .addCommand(completeCommand())
    .addCommand(withdrawCommand())
    .addCommand(capCommand())
    .addCommand(vaultCommand('show', 'show stake, bonds, what unbonds, and payouts', async () => undefined))

const stakeCommand = (): Command =>
  vaultCommand<Amount>('stake --amount 2', 'add to the stake from which bonds are locked', async (vault, _, { amount }) =>
    hashOf(send(vault, 'stake', [], { value: amount })),
  ).requiredOption('--amount <ether>', 'what to add', ether)

const unstakeCommand = (): Command =>
  vaultCommand<Amount>(
    'unstake --amount 1',
    'begin to take free stake out; complete-unstake moves it to the payouts later',
    async (vault, _, { amount }) => hashOf(send(vault, 'beginUnstake', [amount])),
  ).requiredOption('--amount <ether>', 'what to take out', ether)

const completeCommand = (): Command =>
  vaultCommand('complete-unstake', 'move stake that has unbonded to the payouts', async (vault) =>
    hashOf(send(vault, 'completeUnstake', [])),
  )

const withdrawCommand = (): Command =>
  vaultCommand<{ to?: string }>('withdraw', 'send the payouts that are ready', async (vault, operator, { to }) =>
    hashOf(send(vault, 'withdraw', [to ?? operator])),
  ).option('--to <address>', 'who gets them; the account itself if left out')

const capCommand = (): Command =>
  vaultCommand<{ bps: number }>('cap --bps 5000', 'lower the share of the stake that may be locked at once', async (vault, _, { bps }) =>
    hashOf(send(vault, 'setExposureCap', [bps])),
  ).requiredOption('--bps <n>', 'that share in hundredths of a percent; 0 leaves it to the rules', whole(0, 10_000))

const hashOf = async (sent: Promise<{ readonly hash: string }>): Promise<string> => (await sent).hash

/** A command that does something at the vault, then shows what the account has there. @param usage  its name and options, for an example */
function vaultCommand<T = object>(usage: string, description: string, deed: Deed<T>): Command {
  return withChainOptions(new Command(usage.split(' ')[0]))
    .description(description)
    .addHelpText('after', `\nExamples:\n  OPINE_KEY=0x... opine operator ${usage} --deployment deployment.json`)
    .addOption(deploymentOption().makeOptionMandatory())
    .option('--json', 'print one JSON object')
    .action((options: Options & T) =>
      withNode(options.rpc, async (provider, chainId) => {
        const signer = signerOf(options, provider)
        const operator = await signer.getAddress()
        const { operators: vault } = protocolOf(options.deployment, chainId, signer)
        const transaction = await deed(vault, operator, options)
        const state = await moneyOf(vault, operator)
        if (options.json) printJson({ operator, ...state, transaction })
        else tell(operator, state)
      }),
    )
}

async function moneyOf(vault: Contract, operator: string) {
  const ask = <T>(method: string): Promise<T> => vault.getFunction(method)(operator) as Promise<T>
  const [[total, locked], [unbonding, readyAt], owed, ready, frozenUntil] = await Promise.all([
    ask<[bigint, bigint]>('stakeOf'),
    ask<[bigint, bigint]>('unbondingOf'),
    ask<bigint>('payoutOf'),
    ask<bigint>('readyOf'),
    ask<bigint>('frozenUntil'),
  ])
  return { total, locked, unbonding, unbondingReadyAt: Number(readyAt), owed, ready, frozenUntil: Number(frozenUntil) }
}

function tell(operator: string, money: Awaited<ReturnType<typeof moneyOf>>): void {
  const time = (second: number): string => new Date(1000 * second).toISOString()
  print(
    `operator   ${operator}`,
    `stake      ${etherText(money.total)}, of which ${etherText(money.locked)} backs assertions and attestations`,
    `unbonding  ${etherText(money.unbonding)}${money.unbonding > 0n ? `, free from ${time(money.unbondingReadyAt)}` : ''}`,
    `payouts    ${etherText(money.owed)}, of which ${etherText(money.ready)} can be withdrawn now`,
    ...(money.frozenUntil * 1000 > Date.now() ? [`frozen     until ${time(money.frozenUntil)}`] : []),
  )
}
