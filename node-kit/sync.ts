import { type Log as ChainLog, toBeHex } from 'ethers'
import type { Chain } from './chain.ts'
import { decodeEvent, eventFilter, type ProtocolEvent } from './events.ts'
import { latestBlock } from './latest-block.ts'
import type { Log } from './log.ts'
import type { Store } from './store.ts'

/**
 * @property window  blocks behind the cursor that are read again each time, so that events which a reorganisation moved are seen
 * @property chunk   most blocks of one `eth_getLogs`; halved where a node refuses so many
 */
export type SyncOptions = { readonly window?: number; readonly chunk?: number }

/** The latest block; `baseFee` in wei per gas. */
export type Head = { readonly number: number; readonly timestamp: number; readonly hash: string; readonly baseFee: bigint }

const KIND = 'sync'

/**
 * Reads the protocol's events from the deployment on, in order, each at least once in the store's life. Whoever takes them must not mind to
 * see one again: after a restart, or in another block after a reorganisation. The place reached is recorded together with what the events
 * were taken for, so that a kill loses none.
 */
export class EventSync {
  readonly #chain: Chain
  readonly #store: Store
  readonly #log: Log
  readonly #window: number
  /** What this life has handed on from the blocks of the window as the chain was last read, by block hash and place in the block. */
  #seen = new Set<string>()
  #head: Head | undefined
  #chunk: number

  constructor({ window = 64, chunk = 5000 }: SyncOptions, { chain, store, log }: { chain: Chain; store: Store; log: Log }) {
    this.#window = window
    this.#chunk = chunk
    this.#chain = chain
    this.#store = store
    this.#log = log
  }

  /** Hands on everything up to the latest block that this life has not handed on. @returns that block */
  async poll(take: (event: ProtocolEvent) => void): Promise<Head> {
    const { provider, deployment, contracts } = this.#chain
    const { number, timestamp, hash, baseFeePerGas } = await latestBlock(provider)
    const head = { number, timestamp, hash: hash!, baseFee: baseFeePerGas ?? 0n }
    if (head.hash === this.#head?.hash) return head
    const cursor = Math.min(this.#store.get<number>(KIND, 'cursor') ?? 0, head.number)
    const filter = eventFilter(contracts)
    // A block that a reorganisation takes away is forgotten, so that its events are handed on again when it comes back.
    const seen = new Set<string>()
    for (let from = Math.max(deployment.block, cursor - this.#window); from <= head.number; ) {
      const to = Math.min(head.number, from + this.#chunk - 1)
      const logs = await this.#logs({ ...filter, fromBlock: toBeHex(from), toBlock: toBeHex(to) }, to - from + 1)
      if (!logs) continue
      this.#store.atomically(() => {
        for (const log of logs) {
          const event = this.#seen.has(keyOf(log)) ? undefined : decodeEvent(contracts, log)
          if (event) take(event)
        }
        if (to !== cursor) this.#store.put(KIND, 'cursor', to)
      })
      for (const log of logs) {
        this.#seen.add(keyOf(log))
        if (log.blockNumber >= head.number - this.#window) seen.add(keyOf(log))
      }
      from = to + 1
    }
    this.#seen = seen
    this.#head = head
    return head
  }

  /** Undefined if the node refused, and fewer blocks are to be asked for. Nodes name no common code for "too many". */
  async #logs(filter: Parameters<Chain['provider']['getLogs']>[0], blocks: number) {
    try {
      return await this.#chain.provider.getLogs(filter)
    } catch (error) {
      if (blocks <= 1 || isConnection(error)) throw error
      this.#chunk = Math.max(1, Math.floor(blocks / 2))
      this.#log.debug('logRangeHalved', { blocks: this.#chunk })
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
