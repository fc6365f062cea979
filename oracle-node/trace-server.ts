import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { MOST_QUESTION } from '@opine/node-kit/trace-messages.ts'
import { WebSocketServer } from 'ws'
import { Allowance, Duty, networkOf, SERVING_LIMITS, type Serving, type ServingLimits } from './serving.ts'
import { TraceDesk, type TraceDeskDeps } from './trace-desk.ts'
import { type SessionDeps, TraceSession } from './trace-session.ts'

export type TraceServerDeps = Omit<TraceDeskDeps, 'deriving'> & Pick<SessionDeps, 'deployment' | 'log'>

const BUSY = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
/** Milliseconds for the request by which a connection becomes a WebSocket. */
const UPGRADE = 3_000

/** Hands out own traces to challengers over WebSocket, within limits that leave the daemon to its work. */
export class TraceServer {
  readonly #http: Server
  readonly #sockets: WebSocketServer
  readonly #limits: ServingLimits
  readonly #connections = new Map<Socket, string>()
  /** When a game's challenger was last answered. */
  readonly #served = new Map<Hex, number>()

  private constructor({ limits }: Serving, deps: TraceServerDeps) {
    this.#limits = { ...SERVING_LIMITS, ...limits }
    this.#http = createServer({ headersTimeout: UPGRADE, requestTimeout: UPGRADE, connectionsCheckingInterval: 1_000 }, (_, response) =>
      response.writeHead(426, { Connection: 'close' }).end(),
    )
    this.#http.on('connection', (socket) => this.#count(socket))
    this.#sockets = new WebSocketServer({ server: this.#http, maxPayload: MOST_QUESTION, perMessageDeflate: false })
    // It passes errors of the HTTP server on, which are told by `start`.
    this.#sockets.on('error', () => {})
    const desk = new TraceDesk({ ...deps, deriving: new Duty(this.#limits.deriving) })
    const all = new Allowance(this.#limits.allPerSecond)
    const hellos = new Allowance(this.#limits.hellosPerSecond)
    const onServed = (gameId: Hex): void => void this.#served.set(gameId, performance.now())
    this.#sockets.on('connection', (socket) => new TraceSession(socket, { ...deps, desk, all, hellos, limits: this.#limits, onServed }))
  }

  /** @throws {OpineError} `SERVE_FAILED` where the address cannot be listened on */
  static async start(serving: Serving, deps: TraceServerDeps): Promise<TraceServer> {
    const server = new TraceServer(serving, deps)
    const { host, port } = serving
    await new Promise<void>((resolve, reject) => {
      const fail = (cause: NodeJS.ErrnoException): void => {
        const message = `traces cannot be served at ${host}:${port} (${cause.code ?? cause.message}); correct --serve, or stop who uses it`
        reject(new OpineError('SERVE_FAILED', message, { host, port }, { cause }))
      }
      server.#http.once('error', fail).listen(port, host, () => {
        server.#http.off('error', fail).on('error', (error) => deps.log.warn('traceServerFailed', { reason: error.message }))
        resolve()
      })
    })
    deps.log.info('serving', { host, port: server.port, publicUrl: serving.publicUrl })
    return server
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  /** Whether a game's challenger was answered within so many milliseconds. */
  hasServed(gameId: Hex, within: number): boolean {
    return performance.now() - (this.#served.get(gameId) ?? -Infinity) < within
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    for (const socket of this.#connections.keys()) socket.destroy()
    await new Promise<void>((resolve) => this.#http.close(() => resolve()))
  }

  /** Before a byte is read: who has too many connections gets no more. */
  #count(socket: Socket): void {
    const network = networkOf(socket.remoteAddress)
    const same = [...this.#connections.values()].filter((other) => other === network).length
    if (this.#connections.size >= this.#limits.connections || same >= this.#limits.perAddress) {
      socket.on('error', () => {})
      socket.end(BUSY, () => socket.destroy())
      return
    }
    this.#connections.set(socket, network)
    socket.once('close', () => this.#connections.delete(socket))
  }
}
