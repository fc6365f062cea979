import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { Chance } from './chance.ts'

/**
 * What becomes of the messages between a daemon and its node. `good`: they pass. `down`: connections are cut, and none is taken. `deaf`: they
 * vanish on the way to the node, and pings with them, while the connection stays. `mute`: answers vanish. `slow`: they take their time.
 * `behind`: the node answers as it would have some blocks ago. `two`: of two nodes one answers by chance, one of which is a block behind.
 */
export const MOODS = ['down', 'deaf', 'mute', 'slow', 'behind', 'two'] as const
export type Mood = (typeof MOODS)[number] | 'good'

type Request = { id: number; method: string; params?: unknown[] }
/** Where the block of a call's state stands among its parameters. */
const BLOCK_AT: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_estimateGas: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getBlockByNumber: 0,
}

/** Stands between daemons and a node on the wire, and does what wires, proxies and nodes do. */
export class Wire {
  readonly #target: string
  readonly #chance: Chance
  readonly #head: () => Promise<number>
  readonly #clients = new Set<WebSocket>()
  #server: WebSocketServer | undefined
  #port = 0
  #mood: Mood = 'good'
  #behind = 0

  private constructor(target: string, chance: Chance, head: () => Promise<number>) {
    this.#target = target
    this.#chance = chance
    this.#head = head
  }

  /** @param target  the node's WebSocket @param head  number of its latest block */
  static async lay(target: string, chance: Chance, head: () => Promise<number>): Promise<Wire> {
    const wire = new Wire(target, chance, head)
    await wire.#listen()
    return wire
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  /** From now on. */
  async become(mood: Mood): Promise<void> {
    const before = this.#mood
    this.#mood = mood
    this.#behind = this.#chance.whole(1, 3)
    if (mood === 'down') await this.close()
    else if (before === 'down') await this.#listen()
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.terminate()
    const server = this.#server
    this.#server = undefined
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  async #listen(): Promise<void> {
    const server = new WebSocketServer({ port: this.#port, host: '127.0.0.1', autoPong: false })
    this.#server = server
    await new Promise((resolve) => server.once('listening', resolve))
    this.#port = (server.address() as AddressInfo).port
    server.on('connection', (client) => this.#serve(client))
  }

  #serve(client: WebSocket): void {
    const node = new WebSocket(this.#target)
    const opened = new Promise((resolve) => node.once('open', resolve))
    const fates = new Map<number, number>()
    this.#clients.add(client)
    client.on('ping', (data) => {
      if (this.#mood !== 'deaf') client.pong(data)
    })
    client.on('message', async (data) => {
      if (this.#mood === 'deaf') return
      const lag = this.#mood === 'behind' ? this.#behind : this.#mood === 'two' ? this.#chance.whole(0, 1) : 0
      const request = JSON.parse(String(data)) as Request
      const view = lag > 0 ? Math.max(1, (await this.#head()) - lag) : Number.POSITIVE_INFINITY
      fates.set(request.id, view)
      if (this.#mood === 'slow') await sleep(this.#chance.whole(0, 400))
      await opened
      node.send(JSON.stringify(lag > 0 ? seenFrom(request, view) : request))
    })
    node.on('message', async (data: RawData) => {
      if (this.#mood === 'mute' || this.#mood === 'deaf') return
      if (this.#mood === 'slow') await sleep(this.#chance.whole(0, 400))
      client.send(hidden(String(data), fates))
    })
    node.on('error', () => {})
    node.on('close', () => client.terminate())
    client.on('error', () => {})
    client.on('close', () => {
      this.#clients.delete(client)
      void opened.then(() => node.close())
    })
  }
}

/** The request as a node that knows no later block than `view` understands it. */
function seenFrom(request: Request, view: number): Request {
  const { method, params = [] } = request
  const block = `0x${view.toString(16)}`
  if (method === 'eth_getLogs') {
    const filter = params[0] as { toBlock: string; fromBlock: string }
    const to = Math.min(view, Number(filter.toBlock))
    return {
      ...request,
      params: [{ ...filter, toBlock: `0x${to.toString(16)}`, fromBlock: `0x${Math.min(to, Number(filter.fromBlock)).toString(16)}` }],
    }
  }
  const at = BLOCK_AT[method]
  const tag = at === undefined ? undefined : params[at]
  if (at === undefined || (tag !== undefined && tag !== 'latest' && tag !== 'pending')) return request
  return { ...request, params: Object.assign([...params], { [at]: block }) }
}

/** What such a node cannot know yet is nothing to it. */
function hidden(text: string, views: Map<number, number>): string {
  const message = JSON.parse(text) as { id?: number; result?: { blockNumber?: string; number?: string } | null }
  const view = views.get(message.id ?? -1) ?? Number.POSITIVE_INFINITY
  views.delete(message.id ?? -1)
  const block = message.result && typeof message.result === 'object' ? message.result.blockNumber : undefined
  return block !== undefined && block !== null && Number(block) > view ? JSON.stringify({ ...message, result: null }) : text
}
