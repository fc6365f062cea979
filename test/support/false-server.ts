import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Served } from '@opine/dispute-game/game/served.ts'
import { encodeMessage, parseQuestion, type Question } from '@opine/node-kit/trace-messages.ts'
import { replyFrom } from '@opine/node-kit/trace-replies.ts'
import { WebSocketServer } from 'ws'

/** What a server says to a question: a whole message, or nothing. */
export type Script = (question: Question) => Promise<object | string | undefined>

/** A trace server that knows the messages, and says whatever it is told to. */
export class FalseServer {
  readonly #server: WebSocketServer
  readonly questions: Question[] = []

  private constructor(server: WebSocketServer) {
    this.#server = server
  }

  static async start(operator: string, script: Script): Promise<FalseServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    const self = new FalseServer(server)
    server.on('connection', (socket) => {
      socket.send(encodeMessage({ kind: 'welcome', nonce: `0x${'07'.repeat(32)}`, operator }))
      socket.on('message', async (data) => {
        const question = parseQuestion(String(data))
        self.questions.push(question)
        const answer = await script(question)
        if (answer !== undefined) socket.send(typeof answer === 'string' ? answer : JSON.stringify({ v: 1, id: question.id, ...answer }))
      })
    })
    return self
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** Answers every question from what is served, whoever asks. */
export const answersFrom =
  (served: Served): Script =>
  async (question) =>
    question.kind === 'hello' ? { kind: 'ready' } : replyFrom(served, question)
