import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Listen } from './listen.ts'
import type { Log } from './log.ts'
import type { Role } from './metrics.ts'
import { Monitor } from './monitor.ts'

/** @property url  with the port that was taken */
export type MetricsServer = { readonly url: string; readonly close: () => Promise<void> }

/**
 * Serves `/metrics` (Prometheus text format), `/health` (this process is alive) and `/ready` (it can do its work, else 503 and why).
 * @throws {OpineError} `METRICS_PORT` where it cannot listen
 */
export async function serveMetrics({ host, port }: Listen, monitor: Monitor, log: Log): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0]!
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, { error: 'only GET is served' })
    answer(path, monitor, response).catch((error: unknown) => send(response, 500, { error: String(error) }))
  })
  await listen(server, host, port)
  const { port: taken, address, family } = server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`
  log.info('metricsServed', { url })
  // It must not keep a process that is done; nor must a connection, so that none is kept alive.
  server.unref()
  const close = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
  }
  return { url, close }
}

async function answer(path: string, monitor: Monitor, response: ServerResponse): Promise<void> {
  switch (path) {
    case '/health':
      return send(response, 200, { status: 'alive', uptimeSeconds: Math.floor(process.uptime()) })
    case '/ready': {
      const reasons = await monitor.reasons()
      return send(response, reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, reasons })
    }
    case '/metrics': {
      const { registry } = monitor.metrics
      const text = await registry.metrics()
      response.writeHead(200, { 'content-type': registry.contentType, connection: 'close' }).end(text)
      return
    }
    default:
      send(response, 404, { error: 'there are /metrics, /health and /ready' })
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' })
    .end(`${JSON.stringify(body)}\n`)
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new OpineError(
      'METRICS_PORT',
      `--metrics: ${host}:${port} cannot be listened on (${code}); give another port`,
      { host, port },
      { cause },
    )
  }
}

type MonitorSettings = { readonly metrics: Listen | undefined; readonly minBalance: bigint; readonly poll: number }
type Opened = { readonly monitor: Monitor; readonly log: Log }

/** A daemon's monitor, served if the settings say where, and the log that it listens to. @throws {OpineError} `METRICS_PORT` */
export async function openMonitor(role: Role, { metrics, minBalance, poll }: MonitorSettings, plain: Log): Promise<Opened> {
  const monitor = new Monitor(role, { minBalance, maxIdle: Math.max(60, (3 * poll) / 1000) })
  const log = monitor.watch(plain)
  if (metrics) await serveMetrics(metrics, monitor, log)
  return { monitor, log }
}
