import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { anvilArguments, anvilBinary } from '../chain/anvil.ts'
import { withNode } from '../chain/connect.ts'
import { type Daemon, lastLines, startDaemon, startProcess } from './process.ts'

const ROOT = join(import.meta.dirname, '../..')
const CHAIN_START_MS = 30_000

/** A temporary folder below the project; whoever makes it removes it. */
export function makeFolder(): string {
  mkdirSync(join(ROOT, '.demo'), { recursive: true })
  return mkdtempSync(join(ROOT, '.demo/run-'))
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

/** Where the play is given: an address for each way to speak to it. */
export type Place = { readonly http: string; readonly ws: string; readonly name: string }
/** A chain of the play's own, in a process of its own. */
export type Chain = Place & { readonly daemon: Daemon }

/** Starts an embedded chain as a process of its own. @throws {OpineError} `CHAIN_START` */
export async function startChainProcess(): Promise<Chain> {
  const daemon = startDaemon('chain', ['chain', '--port', '0', '--json'])
  return started(daemon, 'embedded', async () => {
    const line = daemon.lines.find((text) => text.startsWith('{'))
    return line === undefined ? undefined : (JSON.parse(line) as { http: string; ws: string })
  })
}

/** Starts the node anvil, another implementation of the machine than the embedded chain's. @throws {OpineError} `ANVIL_MISSING`, `CHAIN_START` */
export async function startAnvilProcess(): Promise<Chain> {
  const port = await freePort()
  const daemon = startProcess('chain', anvilBinary(), anvilArguments(port))
  const http = `http://127.0.0.1:${port}`
  return started(daemon, 'anvil', async () => {
    const answers = await withNode(http, async () => true).catch(() => false)
    return answers ? { http, ws: `ws://127.0.0.1:${port}` } : undefined
  })
}

/** A node that runs already. One port serves both ways to speak to it. @throws {OpineError} `RPC_URL`, `NODE_UNREACHABLE` */
export async function placeAt(url: string): Promise<Place> {
  await withNode(url, async () => undefined)
  const { href } = new URL(url)
  return { http: href.replace(/^ws/, 'http'), ws: href.replace(/^http/, 'ws'), name: 'a running development node' }
}

type Addresses = { readonly http: string; readonly ws: string }

async function started(daemon: Daemon, name: string, look: () => Promise<Addresses | undefined>): Promise<Chain> {
  const end = Date.now() + CHAIN_START_MS
  while (Date.now() < end && daemon.ended() === undefined) {
    const found = await look()
    if (found) return { daemon, name, http: found.http, ws: found.ws }
    await sleep(20)
  }
  await daemon.stop()
  throw new OpineError('CHAIN_START', `the chain (${name}) did not start; it said: ${lastLines(daemon, 3).join(' / ')}`)
}

/** A port of the loopback device that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
