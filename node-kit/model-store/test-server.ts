import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Asked = { readonly path: string; readonly range: string | undefined }
export type Answering = (request: IncomingMessage, response: ServerResponse) => void

/** A web server on the loopback for tests, whose answers the test decides. */
export class TestServer {
  readonly asked: Asked[] = []
  readonly #answers = new Map<string, Answering>()
  readonly #server = createServer((request, response) => {
    this.asked.push({ path: request.url!, range: request.headers.range })
    const answer = this.#answers.get(request.url!)
    if (answer) answer(request, response)
    else response.writeHead(404).end()
  })

  static async start(): Promise<TestServer> {
    const server = new TestServer()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  on(path: string, answer: Answering): string {
    this.#answers.set(path, answer)
    return this.url + path
  }

  file(path: string, bytes: Uint8Array, headers: Record<string, string> = {}): string {
    return this.on(path, (_, response) => response.writeHead(200, { 'content-length': bytes.length, ...headers }).end(bytes))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
