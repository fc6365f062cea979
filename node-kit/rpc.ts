import { OpineError } from '@opine/dispute-game/errors.ts'
import type { WebSocket } from 'ws'
import { showUrl } from './config.ts'
import type { Log } from './log.ts'
import { keepAlive, openConnection } from './rpc-connection.ts'
import { type Answer, parseMessage, RpcQuestions } from './rpc-questions.ts'

/**
 * @property url             `ws://` or `wss://`
 * @property requestTimeout  milliseconds for an answer; a connection over which nothing at all came meanwhile is given up
 * @property connectTimeout  milliseconds for a connection
 * @property backoff         first and longest pause between attempts to connect again, milliseconds
 * @property keepalive       milliseconds between pings; a peer that leaves two unanswered is given up. Half of the time for an answer, 15 s at most
 * @property observe         told how long the node took for each answer
 */
export type RpcOptions = {
  readonly url: string
  readonly requestTimeout?: number
  readonly connectTimeout?: number
  readonly backoff?: readonly [first: number, longest: number]
  readonly keepalive?: number
  readonly observe?: (method: string, seconds: number) => void
}

/**
 * JSON-RPC over one WebSocket that comes back: after a disconnection it connects again, for ever, with growing pauses up to a bound. What is
 * asked meanwhile fails at once with a typed error, so that the caller decides what to do again.
 */
export class RpcSocket {
  readonly #options: Required<RpcOptions>
  readonly #log: Log
  readonly #questions: RpcQuestions
  readonly #listeners = new Set<() => void>()
  #socket: WebSocket | undefined
  #pinger: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  /** When anything came over the connection. */
  #heard = 0
  #closed = false
  #announced = 0

  private constructor(options: RpcOptions, log: Log) {
    const { requestTimeout = 30_000 } = options
    const keepalive = Math.min(15_000, Math.ceil(requestTimeout / 2))
    this.#options = { requestTimeout, connectTimeout: 10_000, backoff: [250, 15_000], keepalive, observe: () => {}, ...options }
    this.#questions = new RpcQuestions({ ...this.#options, url: this.url })
    this.#log = log
  }

  /** @throws {OpineError} `NODE_UNREACHABLE` */
  static async connect(options: RpcOptions, log: Log): Promise<RpcSocket> {
    const rpc = new RpcSocket(options, log)
    await rpc.#open()
    return rpc
  }

  /** The address without secrets: providers of nodes give out keys in it. */
  get url(): string {
    return showUrl(this.#options.url)
  }

  /** Whether requests can be made now. */
  get connected(): boolean {
    return this.#socket !== undefined
  }

  /** Number of the latest block that the node announced; 0 before it announced any. */
  get announced(): number {
    return this.#announced
  }

  /** Calls `listener` on every new head and after every reconnection. @returns how to stop that */
  onWake(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @throws {OpineError} `NODE_DISCONNECTED`, `NODE_TIMEOUT`; what the node itself refuses is an answer */
  request(method: string, params: unknown): Promise<Answer> {
    const socket = this.#socket
    if (!socket) return Promise.reject(this.#disconnected())
    const late = (asked: number): void => {
      if (this.#heard < asked) socket.terminate()
    }
    return this.#questions.ask(method, params, (text) => socket.send(text), late)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#socket?.close()
    this.#lose()
  }

  #open(): Promise<void> {
    return openConnection(this.#options, {
      wanted: (socket) => !this.#closed && this.#take(socket),
      text: (text) => this.#receive(text),
      lost: (socket) => this.#reconnect(socket),
    })
  }

  #take(socket: WebSocket): true {
    this.#socket = socket
    this.#pinger = keepAlive(socket, this.#options.keepalive, () => {
      this.#heard = performance.now()
    })
    // A node without subscriptions is polled; the answer does not matter.
    this.request('eth_subscribe', ['newHeads']).catch(() => {})
    return true
  }

  #reconnect(lost: WebSocket): void {
    if (this.#socket === lost) this.#lose()
    if (this.#closed) return
    this.#log.warn('nodeDisconnected', { url: this.url })
    this.#again(0)
  }

  #again(attempt: number): void {
    const [first, longest] = this.#options.backoff
    const pause = Math.min(longest, first * 2 ** Math.min(attempt, 30))
    this.#retry = setTimeout(() => {
      this.#open().then(
        () => {
          this.#log.info('nodeReconnected', { url: this.url, attempts: attempt + 1 })
          this.#wake()
        },
        (error: OpineError) => {
          if (this.#closed) return
          this.#log.error('nodeUnreachable', { url: this.url, reason: error.details.reason, attempts: attempt + 1 })
          this.#again(attempt + 1)
        },
      )
    }, pause)
  }

  #receive(text: string): void {
    this.#heard = performance.now()
    const message = parseMessage(text)
    if (!message) {
      this.#log.warn('nodeSentNoJson', { url: this.url, text: text.slice(0, 80) })
      return
    }
    if (message.method === 'eth_subscription') {
      this.#announced = Number(message.params?.result?.number) || this.#announced
      this.#wake()
    }
    this.#questions.take(message)
  }

  #lose(): void {
    clearInterval(this.#pinger)
    this.#socket = undefined
    this.#questions.abandon(() => this.#disconnected())
  }

  #wake(): void {
    for (const listener of this.#listeners) listener()
  }

  #disconnected(): OpineError {
    return new OpineError('NODE_DISCONNECTED', `the connection to ${this.url} is down; it is being made again`, { url: this.url })
  }
}
