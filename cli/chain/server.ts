import { createServer } from 'node:net'
import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'

export type ChainServerOptions = {
  /** 0 lets the system choose. */
  readonly port: number
  /** Seconds between blocks; 0 mines each transaction at once. */
  readonly blockTime: number
}

export type ChainServer = { readonly port: number; readonly http: string; readonly ws: string; readonly close: () => Promise<void> }

/**
 * Starts an embedded chain that speaks JSON-RPC over HTTP and WebSocket on one loopback port. It lives in memory, and its accounts are the
 * well-known development ones.
 * @throws {OpineError} `PORT_TAKEN`
 */
export async function startChain({ port, blockTime }: ChainServerOptions): Promise<ChainServer> {
  await requireFree(port)
  const mining = blockTime === 0 ? { auto: true } : { auto: false, interval: 1000 * blockTime }
  const config = { networks: { default: { type: 'edr-simulated', chainId: 31337, hardfork: 'osaka', mining } } } as const
  // Loaded here, since every other command would pay for it.
  const { createHardhatRuntimeEnvironment } = await import('hardhat/hre')
  // Hardhat must not look for a project around the current folder.
  const hre = await createHardhatRuntimeEnvironment(config, {}, join(import.meta.dirname, '../..'))
  const server = await hre.network.createServer('default', '127.0.0.1', port)
  const bound = await server.listen()
  const host = `127.0.0.1:${bound.port}`
  return { port: bound.port, http: `http://${host}`, ws: `ws://${host}`, close: () => server.close() }
}

/** Hardhat's server ends the process when it cannot listen, so this is tried beforehand. */
async function requireFree(port: number): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(port, '127.0.0.1', resolve))
  } catch (cause) {
    const message = `cannot listen on port ${port} (${(cause as Error).message}); choose another with --port`
    throw new OpineError('PORT_TAKEN', message, { port }, { cause })
  }
  await new Promise((resolve) => probe.close(resolve))
}
