import type { HDNodeWallet } from 'ethers'
import { devAccount } from '../chain/dev-accounts.ts'

/** Who plays, in the order of the embedded chain's accounts. */
export const ROLES = ['author', 'honest', 'liar', 'challenger', 'asker'] as const
export type Role = (typeof ROLES)[number]

/** What the timeline calls them. */
export const NAMES: Readonly<Record<Role, string>> = {
  author: 'author',
  honest: 'honest operator',
  liar: 'lying operator',
  challenger: 'challenger',
  asker: 'asker',
}

/** The accounts by role; deriving keys takes a while, so it is done once. */
export const castAccounts = (): Readonly<Record<Role, HDNodeWallet>> => ({
  author: devAccount(0),
  honest: devAccount(1),
  liar: devAccount(2),
  challenger: devAccount(3),
  asker: devAccount(4),
})

export type Cast = ReturnType<typeof castAccounts>

/** The role of an address, undefined for a stranger. */
export const roleOf = (cast: Cast, address: string): Role | undefined =>
  ROLES.find((role) => cast[role].address.toLowerCase() === address.toLowerCase())
