import { toBeHex } from 'ethers'
import type { Chain } from './chain.ts'
import { decodeEvent, eventFilter, type ProtocolEvent } from './events.ts'
import type { Log } from './log.ts'
import type { Store } from './store.ts'

/**
 * @property window  blocks behind the cursor that are read again each time, so that events which a reorganisation moved are seen
 * @property chunk   most blocks of one `eth_getLogs`; halved where a node refuses so many
 */
export type SyncOptions = { readonly window?: number; readonly chunk?: number }

export type Head = { readonly number: number; readonly timestamp: number }

const KIND = 'sync'

/**
 * Reads the protocol's events from the deployment on, each at least once, in order. Whoever takes them must not mind to see one again. The
 * place reached is recorded together with what the events were taken for: after a kill nothing is missed.
 */
export class EventSync {
  readonly #chain: Chain
  readonly #store: Store
  readonly #log: Log
  readonly #window: number
  #chunk: number

  constructor({ window = 64, chunk = 5000 }: SyncOptions, { chain, store, log }: { chain: Chain; store: Store; log: Log }) {
    this.#window = window
    this.#chunk = chunk
    this.#chain = chain
    this.#store = store
    this.#log = log
  }

  /** Takes everything up to the latest block. @returns that block */
  async poll(take: (event: ProtocolEvent) => void): Promise<Head> {
    const { provider, deployment, contracts } = this.#chain
    const block = await provider.getBlock('latest')
    const head = { number: block!.number, timestamp: block!.timestamp }
    const cursor = Math.min(this.#store.get<number>(KIND, 'cursor') ?? 0, head.number)
    const filter = eventFilter(contracts)
    for (let from = Math.max(deployment.block, cursor - this.#window); from <= head.number; ) {
      const to = Math.min(head.number, from + this.#chunk - 1)
      const logs = await this.#logs({ ...filter, fromBlock: toBeHex(from), toBlock: toBeHex(to) }, to - from + 1)
      if (!logs) continue
      this.#store.atomically(() => {
        for (const log of logs) {
          const event = decodeEvent(contracts, log)
          if (event) take(event)
        }
        this.#store.put(KIND, 'cursor', to)
      })
      from = to + 1
    }
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

const isConnection = (error: unknown): boolean => error instanceof Error && 'code' in error && String(error.code).startsWith('NODE_')
