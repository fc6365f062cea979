import type { HDNodeWallet } from 'ethers'
import { devAccount } from '../chain/dev-accounts.ts'

/** Who plays, in the order of a development chain's accounts. */
export const ROLES = ['author', 'honest', 'liar', 'challenger', 'rival', 'sham', 'asker'] as const
export type Role = (typeof ROLES)[number]

/** What the timeline calls them. */
export const NAMES: Readonly<Record<Role, string>> = {
  author: 'author',
  honest: 'honest operator',
  liar: 'lying operator',
  challenger: 'first challenger',
  rival: 'second challenger',
  sham: 'sham challenger',
  asker: 'asker',
}

/** The accounts by role; deriving keys takes a while, so it is done once. */
export const castAccounts = (): Readonly<Record<Role, HDNodeWallet>> => ({
  author: devAccount(0),
  honest: devAccount(1),
  liar: devAccount(2),
  challenger: devAccount(3),
  rival: devAccount(4),
  sham: devAccount(5),
  asker: devAccount(6),
})

export type Cast = ReturnType<typeof castAccounts>

/** The role of an address, undefined for a stranger. */
export const roleOf = (cast: Cast, address: string): Role | undefined =>
  ROLES.find((role) => cast[role].address.toLowerCase() === address.toLowerCase())
