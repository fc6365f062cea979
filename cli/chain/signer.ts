import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Command } from 'commander'
import { isHexString, NonceManager, type Provider, Wallet } from 'ethers'
import { readFile } from '../files.ts'

/** Options of commands that speak to a chain. */
export type ChainOptions = { readonly rpc: string; readonly keyFile?: string }

/** Adds `--rpc` and `--key-file`. */
export const withChainOptions = (command: Command): Command =>
  command
    .option('--rpc <url>', 'JSON-RPC address of the node, http or ws', 'http://127.0.0.1:8545')
    .option('--key-file <file>', 'file with the private key; otherwise the environment variable OPINE_KEY is read')

/**
 * The account that sends, from a key file or from `OPINE_KEY`. Keys are never taken from the command line, which others can read.
 * @throws {OpineError} `KEY_MISSING`, `KEY_MALFORMED`
 */
export function signerOf({ keyFile }: ChainOptions, provider: Provider): NonceManager {
  const key = (keyFile === undefined ? process.env.OPINE_KEY : readFile(keyFile).toString('utf8'))?.trim()
  if (!key) throw new OpineError('KEY_MISSING', 'there is no key to sign with; set OPINE_KEY or name a file with --key-file')
  const hex = key.startsWith('0x') ? key : `0x${key}`
  if (!isHexString(hex, 32)) throw new OpineError('KEY_MALFORMED', `the key in ${keyFile ?? 'OPINE_KEY'} is not 32 bytes in hexadecimal`)
  return new NonceManager(new Wallet(hex, provider))
}
