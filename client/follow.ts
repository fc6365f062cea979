import type { Block } from 'ethers'
import type { OpineClient } from './client.ts'
import { type LifeEvent, readLife } from './events.ts'
import { latestBlock } from './latest-block.ts'
import { isPassing, sleep } from './patience.ts'

/**
 * @property fromBlock      the request is about as old; the deployment's first block if left out, which may take nodes long
 * @property confirmations  blocks that hold an event or build on it before it is told; 1 if left out
 * @property polling        milliseconds between looks; the client's if left out
 * @property onTrouble      hears what the node failed at; it is asked again
 */
export type FollowOptions = {
  readonly requestId: string
  readonly fromBlock?: number
  readonly confirmations?: number
  readonly polling?: number
  readonly signal?: AbortSignal | undefined
  readonly onTrouble?: ((error: unknown) => void) | undefined
}

/** An event, or that one was told whose block is no longer part of the chain. */
export type Told = LifeEvent | { readonly type: 'retracted'; readonly event: LifeEvent }

/** One look at the chain. */
export type Look = { readonly head: Block; readonly told: readonly Told[] }

/** So many blocks are read again at each look: a reorganisation may change them. */
const WINDOW = 64

/** Looks at a request's life again and again, until the signal says stop, whose reason it throws. */
export async function* follow(client: OpineClient, options: FollowOptions): AsyncGenerator<Look, never> {
  const { requestId, confirmations = 1, polling = client.polling, signal, onTrouble } = options
  const { provider, addresses } = client
  const oldest = Math.max(addresses.block, (options.fromBlock ?? addresses.block) - WINDOW)
  const assertions = new Set<string>()
  const seen = new Map<string, LifeEvent>()
  let done = oldest - 1
  for (;;) {
    signal?.throwIfAborted()
    try {
      const head = await latestBlock(provider)
      const to = head.number - confirmations + 1
      const from = Math.max(oldest, Math.min(done, to) - WINDOW)
      const told: Told[] = []
      const fresh = new Map((await readLife(client, requestId, assertions, from, to)).map((event) => [keyOf(event), event]))
      for (const [key, event] of seen) {
        if (event.block < from || fresh.has(key) || !(await isGone(event))) continue
        seen.delete(key)
        told.push({ type: 'retracted', event })
      }
      for (const [key, event] of fresh) {
        if (!seen.has(key)) told.push(event)
        seen.set(key, event)
      }
      done = Math.max(done, to)
      yield { head, told }
    } catch (error) {
      signal?.throwIfAborted()
      if (!isPassing(error)) throw error
      onTrouble?.(error)
    }
    await sleep(polling, signal)
  }

  /** A node that lags behind does not show a late event either; it is gone only when another block is in its place. */
  async function isGone({ block, blockHash }: LifeEvent): Promise<boolean> {
    const now = await provider.getBlock(block)
    return now !== null && now.hash !== blockHash
  }
}

/** The same event, in whichever block its transaction is mined. */
function keyOf({ block: _, blockHash: __, ...fact }: LifeEvent): string {
  return JSON.stringify(fact, (_, value) => (typeof value === 'bigint' ? String(value) : value))
}
