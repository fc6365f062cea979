import type { AbstractProvider } from 'ethers'
import type { Deed } from './deed.ts'
import type { Fees } from './fees.ts'
import type { Intent } from './intents.ts'
import type { SigningAccount } from './remote-signer.ts'
import { signVersion } from './transaction.ts'

export type SigningDeps = { readonly provider: AbstractProvider; readonly wallet: SigningAccount }

/** A deed under a nonce, signed and neither recorded nor offered yet. */
export async function signIntent(
  { provider, wallet }: SigningDeps,
  { deed, gasLimit }: { readonly deed: Deed; readonly gasLimit: bigint },
  nonce: number,
  fees: Fees,
): Promise<Intent> {
  const { key, facts, to, data, value = 0n, clock } = deed
  const call = { to, data, value: String(value), gasLimit: String(gasLimit), nonce }
  const versions = [await signVersion(provider, wallet, call, fees)]
  return { key, from: wallet.address, facts, ...call, ...(clock ? { clock } : {}), versions, state: 'PENDING' }
}
