import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { JsonRpcProvider } from 'ethers'

/** An anvil node of its own on the loopback device. @property stop  ends it by its process */
export type Anvil = { readonly provider: JsonRpcProvider; readonly stop: () => Promise<void> }

/** Starts the node that npm installed, with the rules of Osaka, and waits until it answers. */
export async function startAnvil(): Promise<Anvil> {
  const port = await freePort()
  const child = spawn(binary(), ['--host', '127.0.0.1', '--port', String(port), '--hardfork', 'osaka', '--silent'], { stdio: 'ignore' })
  const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, 31337, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 })
  provider.pollingInterval = 20
  await answering(provider, child)
  return {
    provider,
    stop: async () => {
      provider.destroy()
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

/** The binary itself: a script around it would outlive its kill. */
function binary(): string {
  const { resolve } = createRequire(import.meta.url)
  const platform = `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  return join(dirname(resolve(`${platform}/package.json`, { paths: [dirname(resolve('@foundry-rs/anvil/package.json'))] })), 'bin', 'anvil')
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
