import { OpineError } from '@opine/dispute-game/errors.ts'
import { MOST_ANSWER } from '@opine/node-kit/trace-messages.ts'
import { WebSocket } from 'ws'
import { lookupWithin, type Reach } from './peer-address.ts'

/**
 * @property url     of the server
 * @property reach   where it may lead
 * @property signal  ends everything, whatever the server does
 */
export type PeerOptions = { readonly url: string; readonly reach: Reach; readonly signal: AbortSignal }

/** Of one connection, which lasts for seconds. A proxy in front of an honest server may ping now and then. */
const MOST_PINGS = 20

/** A connection to a server that may do anything: one message is taken for each that is awaited, and any other ends it. */
export class PeerLine {
  readonly url: string
  readonly #signal: AbortSignal
  readonly #socket: WebSocket
  readonly #broken = Promise.withResolvers<never>()
  #awaited: ((text: string) => void) | undefined

  /** @throws {OpineError} `PEER_FAILED` where this is no address of a WebSocket */
  constructor({ url, reach, signal }: PeerOptions) {
    this.url = url
    this.#signal = signal
    this.#broken.promise.catch(() => {})
    const options = { maxPayload: MOST_ANSWER, perMessageDeflate: false, followRedirects: false, lookup: lookupWithin(reach) }
    try {
      this.#socket = new WebSocket(url, options)
    } catch (cause) {
      throw peerFailure('PEER_FAILED', url, (cause as Error).message)
    }
    this.#socket.on('error', (error) => this.#fail(error instanceof OpineError ? error : peerFailure('PEER_FAILED', url, error.message)))
    this.#socket.on('close', () => this.#fail(peerFailure('PEER_FAILED', url, 'it closed the connection')))
    this.#socket.on('message', (data, isBinary) => {
      const take = this.#awaited
      this.#awaited = undefined
      if (take && !isBinary) take(String(data))
      else this.#fail(peerFailure('PEER_MISBEHAVED', url, 'it said what it was not asked'))
    })
    let pings = 0
    this.#socket.on('ping', () => ++pings > MOST_PINGS && this.#fail(peerFailure('PEER_MISBEHAVED', url, 'it pinged without end')))
    signal.addEventListener('abort', this.#late)
    if (signal.aborted) this.#late()
  }

  /** The next message. To be asked for before what it answers is sent. @throws {OpineError} `PEER_FAILED`, `PEER_LATE`, `PEER_MISBEHAVED`, `PEER_FORBIDDEN` */
  next(): Promise<string> {
    const text = new Promise<string>((resolve) => {
      this.#awaited = resolve
    })
    return Promise.race([text, this.#broken.promise])
  }

  send(text: string): void {
    this.#socket.send(text)
  }

  /** Waits, unless the connection ends before. @throws as `next` does */
  async pause(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const rest = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds)
    })
    await Promise.race([rest, this.#broken.promise]).finally(() => clearTimeout(timer))
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#late)
    this.#socket.terminate()
  }

  readonly #late = (): void => this.#fail(peerFailure('PEER_LATE', this.url, 'it took more time than it is given'))

  #fail(error: OpineError): void {
    this.#broken.reject(error)
    this.close()
  }
}

export const peerFailure = (code: string, url: string, fact: string): OpineError =>
  new OpineError(code, `the trace server ${url.slice(0, 256)} is of no use: ${fact.slice(0, 400)}`, { url: url.slice(0, 256) })
