import { OpineError } from '@opine/dispute-game/errors.ts'
import { WebSocket } from 'ws'
import { showUrl } from './config.ts'

/** @property connectTimeout  milliseconds */
export type ConnectionTerms = { readonly url: string; readonly connectTimeout: number }

/** @property wanted  takes the open connection; false where nobody wants it any more @property lost  of one that was open */
export type ConnectionEvents = {
  readonly wanted: (socket: WebSocket) => boolean
  readonly text: (text: string) => void
  readonly lost: (socket: WebSocket) => void
}

/** Opens one connection to a node. Never resolves for one that is not wanted any more. @throws {OpineError} `NODE_UNREACHABLE` */
export function openConnection({ url, connectTimeout }: ConnectionTerms, { wanted, text, lost }: ConnectionEvents): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { handshakeTimeout: connectTimeout, maxPayload: 256 * 1024 * 1024 })
    let opened = false
    let reason = 'connection closed'
    socket.on('error', (error: Error) => {
      reason = (error as NodeJS.ErrnoException).code ?? error.message
    })
    socket.on('close', () => {
      if (opened) return lost(socket)
      const [place, next] = [showUrl(url), 'start the node or correct --rpc (OPINE_RPC)']
      reject(new OpineError('NODE_UNREACHABLE', `no node answers at ${place} (${reason}); ${next}`, { url: place, reason }))
    })
    socket.on('message', (data) => text(String(data)))
    socket.on('open', () => {
      opened = true
      if (!wanted(socket)) return socket.close()
      resolve()
    })
  })
}

/**
 * Pings a peer: one that vanished without closing is found out by its silence; one missed answer may be this process's own business.
 * @param every  milliseconds @param heard  told of each answer @returns the timer, to be cleared when the connection is lost
 */
export function keepAlive(socket: WebSocket, every: number, heard: () => void): NodeJS.Timeout {
  let unanswered = 0
  socket.on('pong', () => {
    heard()
    unanswered = 0
  })
  return setInterval(() => {
    if (unanswered > 1) return socket.terminate()
    unanswered += 1
    socket.ping()
  }, every)
}
