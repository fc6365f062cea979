import { OpineError } from '@opine/dispute-game/errors.ts'
import { JsonRpcProvider } from 'ethers'

const PATIENCE = 10_000

/** Receipts are looked for this often, in milliseconds; the embedded chain mines at once. */
const POLLING = 200

/**
 * Talks to a node for as long as `work` takes. `ws:` addresses are asked over HTTP, which every node serves on the same port that we know.
 * @throws {OpineError} `RPC_URL`, `NODE_UNREACHABLE`, and whatever `work` throws
 */
export async function withNode<T>(url: string, work: (provider: JsonRpcProvider, chainId: number) => Promise<T>): Promise<T> {
  const address = httpAddress(url)
  const chainId = await askChainId(url, address)
  const provider = new JsonRpcProvider(address, chainId, { staticNetwork: true, pollingInterval: POLLING, cacheTimeout: -1 })
  try {
    return await work(provider, chainId)
  } finally {
    provider.destroy()
  }
}

function httpAddress(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (!address || !['http:', 'https:', 'ws:', 'wss:'].includes(address.protocol)) {
    throw new OpineError('RPC_URL', `"${url.slice(0, 80)}" is no address of a node; write something like http://127.0.0.1:8545`, { url })
  }
  return address.href.replace(/^ws/, 'http')
}

async function askChainId(url: string, address: string): Promise<number> {
  try {
    const response = await fetch(address, {
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
    throw new OpineError(
      'NODE_UNREACHABLE',
      `no Ethereum node answers at ${url} (${reason}); start one with "opine chain" or mend --rpc`,
      { url },
      { cause },
    )
  }
}
