import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { encryptKeystoreJson, getAddress, isAddress, type Wallet } from 'ethers'

/** Shorter passwords are found by trying, however slow the keystore makes each attempt. */
const MIN_PASSWORD = 8

/** @throws {OpineError} `KEY_PASSWORD` */
export function checkPassword(password: string): string {
  if (password.length >= MIN_PASSWORD) return password
  throw new OpineError('KEY_PASSWORD', `the password has ${password.length} characters; give it ${MIN_PASSWORD} or more`)
}

/**
 * Makes sure, before the slow work, that a keystore can be written there.
 * @throws {OpineError} `KEY_EXISTS`, since no key is ever overwritten; `KEY_UNWRITABLE`
 */
export function checkPlace(path: string): void {
  if (existsSync(path)) throw existing(path)
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

/**
 * Writes an encrypted JSON keystore, version 3, into a new file that its owner alone may read; without success there is no file.
 * @param tell  hears how far it is, 0 to 1
 * @throws {OpineError} `KEY_EXISTS`, `KEY_UNWRITABLE`
 */
export async function writeKeystore(path: string, wallet: Wallet, password: string, tell: (part: number) => void): Promise<void> {
  const { address, privateKey } = wallet
  const json = await encryptKeystoreJson({ address, privateKey }, password, { progressCallback: tell })
  const file = openNew(path)
  try {
    writeSync(file, `${json}\n`)
    fsyncSync(file)
  } catch (cause) {
    rmSync(path, { force: true })
    throw unwritable(path, cause)
  } finally {
    closeSync(file)
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? existing(path) : unwritable(path, cause)
  }
}

const existing = (path: string): OpineError =>
  new OpineError('KEY_EXISTS', `${path} is there already, and may hold a key; choose another --out`, { path })

const unwritable = (path: string, cause: unknown): OpineError =>
  new OpineError('KEY_UNWRITABLE', `${path} cannot be written (${(cause as NodeJS.ErrnoException).code}); choose another --out`, { path })

/**
 * The account that a keystore says it is for. Only its password can tell whether that is so.
 * @throws {OpineError} `KEY_UNREADABLE`, `KEY_MALFORMED`
 */
export function keystoreAddress(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OpineError('KEY_UNREADABLE', `${path} cannot be read (${(cause as NodeJS.ErrnoException).code}); check the path`, { path })
  }
  try {
    const { address } = JSON.parse(text) as { readonly address?: unknown }
    if (typeof address === 'string' && isAddress(address)) return getAddress(address.startsWith('0x') ? address : `0x${address}`)
  } catch {
    // Whatever it is may be a secret, and is not quoted.
  }
  throw new OpineError('KEY_MALFORMED', `${path} is no keystore that names its account; give --verify to derive it from the key`, { path })
}
