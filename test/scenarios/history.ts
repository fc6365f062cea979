import { getAddress, type JsonRpcProvider } from 'ethers'

/**
 * A transaction that was mined.
 * @property hash  the same on every fork
 * @property idle  whether no event tells of it
 * @property gas   wei that its sender paid for it, beside its value
 */
export type Mined = {
  readonly hash: string
  readonly from: string
  readonly to: string | null
  readonly data: string
  readonly block: number
  readonly ok: boolean
  readonly idle: boolean
  readonly gas: bigint
}

type Receipt = {
  readonly transactionHash: string
  readonly logs: readonly unknown[]
  readonly status: string
  readonly gasUsed: string
  readonly effectiveGasPrice: string
}

/** Every transaction of the chain as it stands now, from a block on. */
export async function minedSince(provider: JsonRpcProvider, first: number): Promise<Mined[]> {
  const last = await provider.getBlockNumber()
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const blocks: Mined[][] = []
  // Some at a time: a node that is asked for everything at once answers nobody else meanwhile.
  for (let begin = 0; begin < numbers.length; begin += 50) {
    blocks.push(...(await Promise.all(numbers.slice(begin, begin + 50).map((number) => minedIn(provider, number)))))
  }
  return blocks.flat()
}

async function minedIn(provider: JsonRpcProvider, number: number): Promise<Mined[]> {
  const block = await provider.getBlock(number, true)
  // Taken back while it was asked for.
  if (!block || block.length === 0) return []
  const receipts = (await provider.send('eth_getBlockReceipts', [`0x${number.toString(16)}`])) as Receipt[]
  const byHash = new Map(receipts.map((receipt) => [receipt.transactionHash, receipt]))
  return block.prefetchedTransactions.map(({ hash, from, to, data }) => {
    const { logs, status, gasUsed, effectiveGasPrice } = byHash.get(hash)!
    return {
      hash,
      from: getAddress(from),
      to: to === null ? null : getAddress(to),
      data,
      block: number,
      ok: BigInt(status) === 1n,
      idle: logs.length === 0,
      gas: BigInt(gasUsed) * BigInt(effectiveGasPrice),
    }
  })
}

/** Gas that an account paid, wei. */
export const gasOf = (mined: readonly Mined[], account: string): bigint =>
  mined.reduce((sum, { from, gas }) => (from === getAddress(account) ? sum + gas : sum), 0n)
