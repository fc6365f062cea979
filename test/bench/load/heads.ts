import { WebSocket } from 'ws'

type Message = { readonly params?: { readonly result?: { readonly number?: string } } }

/** When each block of a chain was announced, by this machine's clock: blocks themselves tell whole seconds alone. */
export class Heads {
  readonly #times = new Map<number, number>()
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => {
      const number = (JSON.parse(String(data)) as Message).params?.result?.number
      if (number !== undefined) this.#times.set(Number(number), performance.now())
    })
  }

  static async open(url: string): Promise<Heads> {
    const socket = new WebSocket(url)
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    const heads = new Heads(socket)
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] }))
    return heads
  }

  /** Milliseconds of `performance.now()`. @throws {Error} for a block that was never announced */
  time(block: number): number {
    const time = this.#times.get(block)
    if (time === undefined) throw new Error(`block ${block} was not announced`)
    return time
  }

  close(): void {
    this.#socket.close()
  }
}
