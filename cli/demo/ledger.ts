import { ROLES, type Role } from './cast.ts'
import type { Stage } from './staging.ts'
import type { Move } from './watch.ts'

/** Where the vault sends what it burns. */
const BURNED = '0x000000000000000000000000000000000000dEaD'

/** An account of the play, a consumer contract by its name, or what is burned. */
export type Party = Role | 'burned' | (string & {})

/** What everybody owns, wei: wallet, stake, and what the vault owes. */
export type Snapshot = ReadonlyMap<Party, bigint>

/** @param consumers  contracts that ask, by name */
export async function takeSnapshot({ provider, contracts, cast }: Stage, consumers: Readonly<Record<string, string>>): Promise<Snapshot> {
  const owned = async (address: string): Promise<bigint> => {
    const [wallet, stake, payout] = await Promise.all([
      provider.getBalance(address),
      contracts.operators.getFunction('stakeOf')(address) as Promise<[bigint, bigint]>,
      contracts.operators.getFunction('payoutOf')(address) as Promise<bigint>,
    ])
    return wallet + stake[0] + payout
  }
  const parties = [...ROLES.map((role) => [role, cast[role].address] as const), ...Object.entries(consumers)]
  const amounts = await Promise.all(parties.map(async ([party, address]) => [party, await owned(address)] as const))
  return new Map<Party, bigint>([...amounts, ['burned', await provider.getBalance(BURNED)]])
}

/**
 * One line of the account.
 * @property change what the protocol gave or took, wei; gas is not in it
 * @property gas    what its transactions cost, wei
 */
export type Account = {
  readonly who: Party
  readonly before: bigint
  readonly after: bigint
  readonly change: bigint
  readonly gas: bigint
}

/** Compares two snapshots; `moves` are all transactions between them. */
export function settleAccounts(before: Snapshot, after: Snapshot, moves: readonly Move[], { cast }: Stage): Account[] {
  return [...before].map(([who, had]) => {
    const address = cast[who as Role]?.address
    const gas = moves.filter(({ from }) => from === address).reduce((sum, { fee }) => sum + fee, 0n)
    const has = after.get(who)!
    return { who, before: had, after: has, change: has - had + gas, gas }
  })
}

/** What the protocol gave or took. */
export const changeOf = (accounts: readonly Account[], party: Party): bigint => accounts.find(({ who }) => who === party)?.change ?? 0n
