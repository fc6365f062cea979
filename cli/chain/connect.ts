import { OpineError } from '@opine/dispute-game/errors.ts'
import { showUrl } from '@opine/node-kit/config.ts'
import type { Log } from '@opine/node-kit/log.ts'
import { SocketProvider } from '@opine/node-kit/provider.ts'
import { RpcSocket } from '@opine/node-kit/rpc.ts'
import { type JsonRpcApiProvider, JsonRpcProvider } from 'ethers'

const PATIENCE = 10_000

/** Receipts are looked for this often, in milliseconds; the embedded chain mines at once. */
const POLLING = 200

/** Connections that are lost and made again are nothing that a command speaks of. */
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Talks to a node for as long as `work` takes, over HTTP or a WebSocket.
 * @throws {OpineError} `RPC_URL`, `NODE_UNREACHABLE`, and whatever `work` throws
 */
export async function withNode<T>(url: string, work: (provider: JsonRpcApiProvider, chainId: number) => Promise<T>): Promise<T> {
  const { protocol } = addressOf(url)
  return protocol.startsWith('ws') ? withSocket(url, work) : withHttp(url, work)
}

async function withHttp<T>(url: string, work: (provider: JsonRpcApiProvider, chainId: number) => Promise<T>): Promise<T> {
  const chainId = await askChainId(url)
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, pollingInterval: POLLING, cacheTimeout: -1 })
  try {
    return await work(provider, chainId)
  } finally {
    provider.destroy()
  }
}

async function withSocket<T>(url: string, work: (provider: JsonRpcApiProvider, chainId: number) => Promise<T>): Promise<T> {
  const rpc = await RpcSocket.connect({ url, connectTimeout: PATIENCE }, SILENT)
  try {
    const answer = await rpc.request('eth_chainId', [])
    const chainId = 'result' in answer ? Number(answer.result) : Number.NaN
    if (!Number.isSafeInteger(chainId) || chainId < 1) throw unreachable(url, 'its answer to eth_chainId is no number')
    const provider = new SocketProvider(rpc, BigInt(chainId))
    try {
      return await work(provider, chainId)
    } finally {
      provider.destroy()
    }
  } finally {
    rpc.close()
  }
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address && ['http:', 'https:', 'ws:', 'wss:'].includes(address.protocol)) return address
  throw new OpineError('RPC_URL', `"${showUrl(url).slice(0, 80)}" is no address of a node; write something like http://127.0.0.1:8545`)
}

async function askChainId(url: string): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
      signal: AbortSignal.timeout(PATIENCE),
    })
    const chainId = Number(((await response.json()) as { result?: unknown }).result)
    if (Number.isSafeInteger(chainId) && chainId > 0) return chainId
    throw new Error('its answer to eth_chainId is no number')
  } catch (cause) {
    const reason = ((cause as Error).cause as Error | undefined)?.message || (cause as Error).message
    throw unreachable(url, reason, { cause })
  }
}

const unreachable = (url: string, reason: string, options: ErrorOptions = {}): OpineError =>
  new OpineError(
    'NODE_UNREACHABLE',
    `no Ethereum node answers at ${showUrl(url)} (${reason}); start one with "opine chain" or mend --rpc`,
    { url: showUrl(url) },
    options,
  )
