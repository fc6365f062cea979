import { readWallet } from '@opine/node-kit/wallet.ts'
import type { Command } from 'commander'
import { NonceManager, type Provider } from 'ethers'

/** Options of commands that speak to a chain. */
export type ChainOptions = { readonly rpc: string; readonly keyFile?: string }

/** Adds `--rpc` and `--key-file`. */
export const withChainOptions = (command: Command): Command =>
  command
    .option('--rpc <url>', 'JSON-RPC address of the node, http or ws', 'http://127.0.0.1:8545')
    .option('--key-file <file>', 'file with the private key or an encrypted keystore; without it, OPINE_KEY is read from the environment')

/** The account that sends, see `readWallet`. @throws {OpineError} `KEY_MISSING`, `KEY_UNREADABLE`, `KEY_MALFORMED`, `KEY_PASSWORD` */
export const signerOf = ({ keyFile }: ChainOptions, provider: Provider): NonceManager =>
  new NonceManager(readWallet(keyFile, process.env).connect(provider))
