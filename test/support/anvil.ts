import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { createServer } from 'node:net'
import { anvilBinary } from '@opine/cli/chain/anvil.ts'
import { FetchRequest, type JsonRpcProvider } from 'ethers'
import { PromptProvider } from './prompt-provider.ts'

/**
 * @property port       to listen on; a free one
 * @property accounts   that are unlocked and hold 10,000 ether; 10
 * @property blockTime  seconds between blocks; each transaction has a block of its own if left out
 * @property mining     false: blocks come by `evm_mine` alone
 * @property baseFee    wei of the first block
 * @property hardfork   whose rules it has; osaka
 * @property codeLimit  bytes of the largest contract; what the rules say
 */
export type AnvilOptions = {
  readonly port?: number
  readonly accounts?: number
  readonly blockTime?: number
  readonly mining?: boolean
  readonly baseFee?: bigint
  readonly hardfork?: string
  readonly codeLimit?: number
}

/**
 * An anvil node of its own on the loopback device.
 * @property url   its WebSocket
 * @property pid   of its process
 * @property stop  ends it by its process
 */
export type Anvil = {
  readonly provider: JsonRpcProvider
  readonly port: number
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

/** Connections to a node at a time: it is asked for hundreds of things at once, and connections that a busy machine does not take in time fail. */
const CONNECTIONS = 16

/** Starts the node that npm installed, with the rules of Osaka, and waits until it answers. */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const port = options.port ?? (await freePort())
  const child = spawn(anvilBinary(), flags(port, options), { stdio: 'ignore' })
  // However this process ends, the node does not outlive it.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  // Node's own agent gives up a connection that is not there after five seconds.
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const request = new FetchRequest(`http://127.0.0.1:${port}`)
  request.getUrlFunc = FetchRequest.createGetUrlFunc({ agent })
  const provider = new PromptProvider(request, 31337, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 })
  provider.pollingInterval = 20
  await answering(provider, child)
  return {
    provider,
    port,
    url: `ws://127.0.0.1:${port}`,
    pid: child.pid!,
    stop: async () => {
      process.off('exit', kill)
      provider.destroy()
      agent.destroy()
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

function flags(port: number, { accounts, blockTime, mining = true, baseFee, hardfork = 'osaka', codeLimit }: AnvilOptions): string[] {
  const fixed = ['--host', '127.0.0.1', '--port', String(port), '--hardfork', hardfork, '--silent']
  return [
    ...fixed,
    ...(accounts === undefined ? [] : ['--accounts', String(accounts)]),
    ...(blockTime === undefined ? [] : ['--block-time', String(blockTime)]),
    ...(mining ? [] : ['--no-mining']),
    ...(codeLimit === undefined ? [] : ['--code-size-limit', String(codeLimit)]),
    ...(baseFee === undefined ? [] : ['--block-base-fee-per-gas', String(baseFee)]),
  ]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has an address with a port')
  return address.port
}

async function answering(provider: JsonRpcProvider, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`anvil ended with code ${child.exitCode} before it answered`)
    try {
      await provider.send('eth_chainId', [])
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error('anvil does not answer')
}
