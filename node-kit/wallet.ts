import { readFileSync } from 'node:fs'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { Wallet } from 'ethers'
import type { Environment } from './setting.ts'

/**
 * The accounts of a daemon: one for each key file, or `OPINE_KEY` with one key or several, separated by commas. The first is its own account,
 * the others help.
 * @throws {OpineError} `KEY_TWICE`, those of `readWallet`
 */
export function readWallets(keyFiles: readonly string[], env: Environment): readonly [own: Wallet, ...helpers: Wallet[]] {
  const [first, ...others] = keyFiles
  const keys = (env.OPINE_KEY ?? '').split(',')
  const own = first === undefined ? readWallet(undefined, { ...env, OPINE_KEY: keys[0] }) : readWallet(first, env)
  const helpers = first === undefined ? keys.slice(1).map((key) => plainKey(key, 'OPINE_KEY')) : others.map((file) => readWallet(file, env))
  const addresses = [own, ...helpers].map(({ address }) => address)
  const twice = addresses.find((address, index) => addresses.indexOf(address) !== index)
  if (twice === undefined) return [own, ...helpers]
  throw new OpineError('KEY_TWICE', `the key of ${twice} is given twice; each account needs to be given once`, { account: twice })
}

/**
 * The account of a daemon: `OPINE_KEY` in the environment, or a file with the plain key or an encrypted JSON keystore, whose password is
 * `OPINE_KEY_PASSWORD`. There is no flag for the key itself, which every user of the machine could read in the list of processes.
 * @throws {OpineError} `KEY_MISSING`, `KEY_UNREADABLE`, `KEY_MALFORMED`, `KEY_PASSWORD`; none repeats the key
 */
export function readWallet(keyFile: string | undefined, env: Environment): Wallet {
  if (keyFile === undefined) {
    if (!env.OPINE_KEY) {
      throw new OpineError(
        'KEY_MISSING',
        'no key for sending transactions; set OPINE_KEY, or give --key-file with a key or an encrypted keystore',
      )
    }
    return plainKey(env.OPINE_KEY, 'OPINE_KEY')
  }
  const text = readKeyFile(keyFile)
  return text.startsWith('{') ? keystore(text, keyFile, env) : plainKey(text, keyFile)
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new OpineError(
      'KEY_UNREADABLE',
      `the key file ${path} cannot be read (${(cause as NodeJS.ErrnoException).code}); check --key-file`,
      { path },
    )
  }
}

function plainKey(text: string, where: string): Wallet {
  const digits = text.trim().replace(/^0x/, '')
  try {
    if (/^[0-9a-fA-F]{64}$/.test(digits)) return new Wallet(`0x${digits}`)
  } catch {
    // Zero, or not below the order of the group. The cause is left out: it may quote the key.
  }
  throw new OpineError(
    'KEY_MALFORMED',
    `${where} holds no private key; it must be 64 hexadecimal digits of a valid key, or an encrypted keystore file`,
  )
}

function keystore(text: string, path: string, env: Environment): Wallet {
  const password = env.OPINE_KEY_PASSWORD
  if (password === undefined)
    throw new OpineError('KEY_PASSWORD', `${path} is an encrypted keystore; set OPINE_KEY_PASSWORD to its password`)
  try {
    return Wallet.fromEncryptedJsonSync(text, password) as Wallet
  } catch (cause) {
    if (/password/i.test((cause as Error).message))
      throw new OpineError('KEY_PASSWORD', `OPINE_KEY_PASSWORD does not open the keystore ${path}`)
    throw new OpineError('KEY_MALFORMED', `${path} is no keystore that can be read; it must be an encrypted JSON wallet, version 3`)
  }
}
