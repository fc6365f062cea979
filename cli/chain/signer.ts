import { readWallet } from '@opine/node-kit/wallet.ts'
import { type Command, Option } from 'commander'
import { type Provider, parseUnits } from 'ethers'
import { whole } from '../options.ts'
import { Account } from './account.ts'

/** Options of commands that speak to a chain. @property maxFee  gwei */
export type ChainOptions = { readonly rpc: string; readonly keyFile?: string; readonly confirmations: number; readonly maxFee?: number }

/** Adds `--rpc`, for commands that only look. */
export const withNodeOption = (command: Command): Command =>
  command.addOption(new Option('--rpc <url>', 'JSON-RPC address of the node, http or ws').env('OPINE_RPC').default('http://127.0.0.1:8545'))

/** Adds `--rpc`, `--key-file`, `--confirmations` and `--max-fee`. */
export const withChainOptions = (command: Command): Command =>
  withNodeOption(command)
    .option('--key-file <file>', 'file with the private key or an encrypted keystore; without it, OPINE_KEY is read from the environment')
    .option('--confirmations <n>', 'blocks that must hold a transaction or build on it before it counts', whole(1, 1_000), 1)
    .option('--max-fee <gwei>', 'most to offer for a unit of gas; what the node suggests if left out', whole(1, 1_000_000))

/** `--deployment`, which can be left to the environment. */
export const deploymentOption = (): Option => new Option('--deployment <file>', 'addresses that opine deploy wrote').env('OPINE_DEPLOYMENT')

/** The account that sends, see `readWallet`. @throws {OpineError} `KEY_MISSING`, `KEY_UNREADABLE`, `KEY_MALFORMED`, `KEY_PASSWORD` */
export const signerOf = ({ keyFile, confirmations, maxFee }: ChainOptions, provider: Provider): Account =>
  new Account(readWallet(keyFile, process.env).connect(provider), {
    confirmations,
    maxFee: maxFee === undefined ? null : parseUnits(`${maxFee}`, 'gwei'),
  })
