import { type Block, type Log as ChainLog, toBeHex } from 'ethers'
import type { Chain } from './chain.ts'
import { decodeEvent, eventFilter, type ProtocolEvent } from './events.ts'
import { latestBlock } from './latest-block.ts'
import type { Log } from './log.ts'
import type { Store } from './store.ts'

/**
 * @property window  blocks behind the cursor that are read again after a reorganisation, so that events which it moved are seen
 * @property reread  milliseconds after which they are read again without one: a node that was behind may have left some out
 * @property chunk   most blocks of one `eth_getLogs`; halved where a node refuses so many
 */
export type SyncOptions = { readonly window?: number; readonly reread?: number; readonly chunk?: number }

/** @property onReorganised  told, before any events, that a block that was read is none of the chain's any more */
export type SyncDeps = { readonly chain: Chain; readonly store: Store; readonly log: Log; readonly onReorganised?: () => void }

/** The latest block; `baseFee` in wei per gas. */
export type Head = { readonly number: number; readonly timestamp: number; readonly hash: string; readonly baseFee: bigint }

const KIND = 'sync'

/**
 * Reads the protocol's events from the deployment on, in order, each at least once in the store's life. Whoever takes them must not mind to
 * see one again: after a restart, in another block after a reorganisation, or after one that a node that was behind had left out. The place reached is recorded together with what the events
 * were taken for, so that a kill loses none.
 */
export class EventSync {
  readonly #chain: Chain
  readonly #store: Store
  readonly #log: Log
  readonly #window: number
  readonly #reread: number
  readonly #onReorganised: () => void
  /** What this life has handed on from the blocks of the window as the chain was last read to its end, by block hash and place in the block. */
  #seen = new Map<string, number>()
  #head: Head | undefined
  #chunk: number
  #windowReadAt = -Infinity

  constructor({ window = 64, reread = 10_000, chunk = 5000 }: SyncOptions, { chain, store, log, onReorganised = () => {} }: SyncDeps) {
    this.#window = window
    this.#reread = reread
    this.#onReorganised = onReorganised
    this.#chunk = chunk
    this.#chain = chain
    this.#store = store
    this.#log = log
  }

  /** Hands on everything up to the latest block that this life has not handed on, and what stands after any of that. @returns that block */
  async poll(take: (event: ProtocolEvent) => void): Promise<Head> {
    const { provider, deployment, contracts } = this.#chain
    const block = await latestBlock(provider)
    const { number, timestamp, hash, baseFeePerGas } = block
    const head = { number, timestamp, hash: hash!, baseFee: baseFeePerGas ?? 0n }
    const before = this.#head
    if (head.hash === before?.hash) return head
    const goesOn = before !== undefined && (await this.#follows(block, before))
    if (before && !goesOn) this.#onReorganised()
    const now = performance.now()
    let whole = !goesOn || now - this.#windowReadAt > this.#reread
    const cursor = Math.min(this.#store.get<number>(KIND, 'cursor') ?? 0, head.number)
    const filter = eventFilter(contracts)
    // A block that a reorganisation takes away is forgotten, so that its events are handed on again when it comes back.
    let seen = new Map(whole ? [] : this.#seen)
    const start = Math.max(deployment.block, cursor - this.#window)
    // What a node that was behind left out is handed on again with all that came after it: whoever takes an event leaves out what it cannot
    // place yet, such as an answer to a request of which it has not heard.
    let news = false
    for (let from = whole ? start : before!.number + 1; from <= head.number; ) {
      const to = Math.min(head.number, from + this.#chunk - 1)
      const logs = await this.#logs({ ...filter, fromBlock: toBeHex(from), toBlock: toBeHex(to) }, whole ? to - from + 1 : 0)
      // What is refused of new blocks may be gone by now.
      if (!logs && !whole) [whole, from, seen] = [true, start, new Map()]
      if (!logs) continue
      const takeAll = (): void => {
        for (const log of logs) {
          news ||= !this.#seen.has(keyOf(log))
          const event = news ? decodeEvent(contracts, log) : undefined
          if (event) take(event)
        }
        if (to !== cursor) this.#store.put(KIND, 'cursor', to)
      }
      // What is lost by a loss of power is read again.
      this.#store.relaxed(() => this.#store.atomically(takeAll))
      for (const log of logs) seen.set(keyOf(log), log.blockNumber)
      from = to + 1
    }
    for (const [key, number] of seen) if (number < head.number - this.#window) seen.delete(key)
    this.#seen = seen
    this.#head = head
    if (whole) this.#windowReadAt = now
    return head
  }

  /** Whether the block stands on the one that was read before. */
  async #follows(block: Block, before: Head): Promise<boolean> {
    if (block.number === before.number + 1) return block.parentHash === before.hash
    if (block.number <= before.number) return false
    return (await this.#chain.provider.getBlock(before.number))?.hash === before.hash
  }

  /**
   * Undefined if the node refused, and other blocks are to be asked for. Nodes name no common code for "too many".
   * @param blocks  of which half are to be asked for then; 0 where their number is not the reason
   */
  async #logs(filter: Parameters<Chain['provider']['getLogs']>[0], blocks: number) {
    try {
      return await this.#chain.provider.getLogs(filter)
    } catch (error) {
      if (blocks === 1 || isConnection(error)) throw error
      if (blocks > 0) {
        this.#chunk = Math.floor(blocks / 2)
        this.#log.debug('logRangeHalved', { blocks: this.#chunk })
      }
      return undefined
    }
  }
}

/** Whether a block that was seen is still part of the chain. */
export const isOnChain = async (
  { provider }: Pick<Chain, 'provider'>,
  { block, hash }: { block: number; hash: string },
): Promise<boolean> => (await provider.getBlock(block))?.hash === hash

/** The same event in another block is another log. */
const keyOf = ({ blockHash, index }: ChainLog): string => `${blockHash} ${index}`

const isConnection = (error: unknown): boolean => error instanceof Error && 'code' in error && String(error.code).startsWith('NODE_')
