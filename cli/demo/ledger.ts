import { ROLES, type Role } from './cast.ts'
import type { Stage } from './stage.ts'
import type { Move } from './watch.ts'

/** Where the vault sends what it burns. */
const BURNED = '0x000000000000000000000000000000000000dEaD'

/** What everybody owns, wei: wallet, stake, and what the vault owes; the consumer contract and burnt money likewise. */
export type Snapshot = Readonly<Record<Role | 'consumer' | 'burned', bigint>>

export async function takeSnapshot({ provider, contracts, cast }: Stage): Promise<Snapshot> {
  const owned = async (address: string): Promise<bigint> => {
    const [wallet, stake, payout] = await Promise.all([
      provider.getBalance(address),
      contracts.operators.getFunction('stakeOf')(address) as Promise<[bigint, bigint]>,
      contracts.operators.getFunction('payoutOf')(address) as Promise<bigint>,
    ])
    return wallet + stake[0] + payout
  }
  const amounts = await Promise.all(ROLES.map((role) => owned(cast[role].address)))
  const byRole = Object.fromEntries(ROLES.map((role, index) => [role, amounts[index]!])) as Record<Role, bigint>
  return { ...byRole, consumer: await owned(String(contracts.reader.target)), burned: await provider.getBalance(BURNED) }
}

/**
 * One line of the account.
 * @property change what the protocol gave or took, wei; gas is not in it
 * @property gas    what its transactions cost, wei
 */
export type Account = {
  readonly who: Role | 'consumer' | 'burned'
  readonly before: bigint
  readonly after: bigint
  readonly change: bigint
  readonly gas: bigint
}

/** Compares two snapshots; `moves` are all transactions between them. */
export function settleAccounts(before: Snapshot, after: Snapshot, moves: readonly Move[], { cast }: Stage): Account[] {
  const gasOf = (who: Account['who']): bigint => {
    if (who === 'consumer' || who === 'burned') return 0n
    return moves.filter(({ from }) => from === cast[who].address).reduce((sum, { fee }) => sum + fee, 0n)
  }
  return ([...ROLES, 'consumer', 'burned'] as const).map((who) => {
    const gas = gasOf(who)
    return { who, before: before[who], after: after[who], change: after[who] - before[who] + gas, gas }
  })
}
