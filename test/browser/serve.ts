import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'

export type Site = { readonly url: string; readonly close: () => Promise<void> }

const PAGE = '<!doctype html><meta charset="utf-8"><title>Opine</title><script type="module" src="/page.js"></script>'

/** What lets threads of the page share memory. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

/** A script in one file. Fails on any import of a module of Node's own. */
async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, name)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}

/** Serves the page, its script, and these files at their paths, to this machine alone. */
export async function serve(files: ReadonlyMap<string, string>): Promise<Site> {
  const [script, helper] = await Promise.all([bundle('page.ts'), bundle('helper.ts')])
  const server = createServer(({ url = '/' }, response) => {
    const file = files.get(url)
    const send = (type: string, body: string | Buffer): unknown => response.writeHead(200, { 'content-type': type, ...ISOLATED }).end(body)
    if (url === '/') send('text/html', PAGE)
    else if (url === '/page.js') send('text/javascript', script)
    else if (url === '/helper.js') send('text/javascript', helper)
    else if (file !== undefined) send('application/octet-stream', readFileSync(file))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}
