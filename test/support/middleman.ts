import { type AddressInfo, createServer } from 'node:net'
import { type WebSocket as Socket, WebSocket, WebSocketServer } from 'ws'

/** What becomes of a message to the node: it passes, it vanishes, or it passes and its answer vanishes. */
export type Fate = 'pass' | 'swallow' | 'mute'

/** Stands between a client and a node, and does what networks do. */
export class Middleman {
  readonly #server: WebSocketServer
  readonly #target: string
  readonly #clients = new Set<Socket>()
  #fate: (method: string, params: unknown) => Fate = () => 'pass'

  private constructor(server: WebSocketServer, target: string) {
    this.#server = server
    this.#target = target
    server.on('connection', (client) => this.#serve(client))
  }

  static async start(target: string, port = 0): Promise<Middleman> {
    const server = new WebSocketServer({ port, host: '127.0.0.1' })
    await new Promise((resolve) => server.once('listening', resolve))
    return new Middleman(server, target)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`
  }

  /** Decides on every message from now on. */
  decide(fate: (method: string, params: unknown) => Fate): void {
    this.#fate = fate
  }

  /** Cuts all connections; new ones are taken. */
  cut(): void {
    for (const client of this.#clients) client.terminate()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(client: Socket): void {
    const node = new WebSocket(this.#target)
    const muted = new Set<number>()
    const opened = new Promise((resolve) => node.once('open', resolve))
    this.#clients.add(client)
    client.on('message', async (data) => {
      const { id, method, params } = JSON.parse(String(data))
      const fate = this.#fate(method, params)
      if (fate === 'swallow') return
      if (fate === 'mute') muted.add(id)
      await opened
      node.send(String(data))
    })
    node.on('message', (data) => {
      if (!muted.has(JSON.parse(String(data)).id)) client.send(String(data))
    })
    node.on('error', () => {})
    node.on('close', () => client.terminate())
    client.on('close', () => {
      this.#clients.delete(client)
      void opened.then(() => node.close())
    })
  }
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
