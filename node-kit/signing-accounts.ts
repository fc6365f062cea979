import { OpineError } from '@opine/dispute-game/errors.ts'
import { RemoteSigner, type SigningAccount } from './remote-signer.ts'
import type { Environment } from './setting.ts'
import { readWallet, readWallets } from './wallet.ts'

/** A daemon's settings about its accounts. */
export type AccountSettings = {
  readonly keyFile: readonly string[]
  readonly signer: string | undefined
  readonly signerAccount: string | undefined
}

/**
 * The accounts of a daemon, its own first: that of the signer where there is one, else those of `readWallets`.
 * @throws {OpineError} `KEY_TWICE`, `CONFIG_INVALID`, those of `RemoteSigner.open` and `readWallets`
 */
export async function openAccounts(
  { keyFile, signer, signerAccount }: AccountSettings,
  env: Environment,
): Promise<readonly [own: SigningAccount, ...helpers: SigningAccount[]]> {
  if (signer === undefined) {
    if (signerAccount === undefined) return readWallets(keyFile, env)
    throw new OpineError('CONFIG_INVALID', '--signer-account names an account of a signer; give --signer URL too', {
      setting: 'signerAccount',
    })
  }
  const helpers = keyFile.map((file) => readWallet(file, env))
  const own = await RemoteSigner.open(signer, signerAccount)
  if (helpers.every(({ address }) => address !== own.address)) return [own, ...helpers]
  throw new OpineError('KEY_TWICE', `${own.address} is the account of --signer and of a --key-file; give it once`, { account: own.address })
}
