import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import { readGame, readPayout, readStake } from '@opine/node-kit/reads.ts'
import { getAddress, type JsonRpcProvider, type Result } from 'ethers'
import { gasOf, minedSince } from './history.ts'

/** Where an account's money lies, wei. @property bonds  in games that run */
export type Wealth = {
  readonly wallet: bigint
  readonly stake: bigint
  readonly unbonding: bigint
  readonly payout: bigint
  readonly bonds: bigint
}

export const totalOf = ({ wallet, stake, unbonding, payout, bonds }: Wealth): bigint => wallet + stake + unbonding + payout + bonds

/** What the accounts own, wherever it lies, and what they gained since the ledger was opened: gas is reckoned apart. */
export class Ledger {
  readonly #provider: JsonRpcProvider
  readonly #contracts: Contracts
  readonly #block: number
  readonly #before: ReadonlyMap<string, bigint>

  private constructor(provider: JsonRpcProvider, contracts: Contracts, block: number, before: ReadonlyMap<string, bigint>) {
    this.#provider = provider
    this.#contracts = contracts
    this.#block = block
    this.#before = before
  }

  static async open(provider: JsonRpcProvider, contracts: Contracts, accounts: readonly string[]): Promise<Ledger> {
    const block = await provider.getBlockNumber()
    const totals = await Promise.all(accounts.map(async (account) => totalOf(await wealthOf(provider, contracts, account))))
    return new Ledger(provider, contracts, block, new Map(accounts.map((account, i) => [getAddress(account), totals[i]!])))
  }

  get accounts(): string[] {
    return [...this.#before.keys()]
  }

  /** First block that counts. */
  get since(): number {
    return this.#block + 1
  }

  /** Wei that each account has more or less than in the beginning, not counting the gas that it paid. */
  async gains(): Promise<Map<string, bigint>> {
    const mined = await minedSince(this.#provider, this.since)
    const gains = await Promise.all(
      [...this.#before].map(async ([account, before]) => {
        const now = totalOf(await wealthOf(this.#provider, this.#contracts, account))
        return [account, now - before + gasOf(mined, account)] as const
      }),
    )
    return new Map(gains)
  }
}

export async function wealthOf(provider: JsonRpcProvider, contracts: Contracts, account: string): Promise<Wealth> {
  const [wallet, { total }, [unbonding], payout, bonds] = await Promise.all([
    provider.getBalance(account),
    readStake(contracts, account),
    contracts.operators.read('unbondingOf', account) as unknown as Promise<[bigint]>,
    readPayout(contracts, account),
    bondsOf(provider, contracts, account),
  ])
  return { wallet, stake: total, unbonding, payout, bonds }
}

async function bondsOf(provider: JsonRpcProvider, contracts: Contracts, account: string): Promise<bigint> {
  const { address, abi } = contracts.game
  const topics = abi.encodeFilterTopics('GameOpened', [null, null, account])
  const logs = await provider.getLogs({ address, topics, fromBlock: 0 })
  const bonds = logs.map(async (log) => {
    const id = abi.parseLog(log)!.args.gameId as Hex
    if ((await readGame(contracts, id)).status !== 'IN_PROGRESS') return 0n
    const [{ bond }] = (await contracts.game.read('game', id)) as unknown as [Result]
    return bond as bigint
  })
  return (await Promise.all(bonds)).reduce((sum, bond) => sum + bond, 0n)
}
