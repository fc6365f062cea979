import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { signHello } from '@opine/node-kit/trace-hello.ts'
import { type Answer, encodeMessage, parseAnswer, parseWelcome, type Question, type Welcome } from '@opine/node-kit/trace-messages.ts'
import type { Wallet } from 'ethers'
import { WebSocket } from 'ws'

type Asked<Q = Question> = Q extends Question ? Omit<Q, 'id'> : never

/** A client of a trace server that may break any rule. */
export class TraceClient {
  readonly socket: WebSocket
  readonly welcome: Welcome
  /** Code of the end of the connection. */
  readonly closed: Promise<number>
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #lastId = 0

  private constructor(socket: WebSocket, welcome: Welcome, closed: Promise<number>) {
    this.socket = socket
    this.welcome = welcome
    this.closed = closed
    socket.on('message', (data) => {
      const answer = parseAnswer(String(data))
      this.#waiting.get(answer.id)?.(answer)
    })
  }

  /** @throws what the server's refusal gives */
  static async open(url: string): Promise<TraceClient> {
    const socket = new WebSocket(url)
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    const text = await new Promise<string>((resolve, reject) => {
      socket.once('message', (data) => resolve(String(data)))
      socket.once('error', reject)
    })
    socket.on('error', () => {})
    return new TraceClient(socket, parseWelcome(text), closed)
  }

  ask(question: Asked): Promise<Answer> {
    const id = ++this.#lastId
    this.socket.send(encodeMessage({ ...question, id } as Question))
    return new Promise((resolve) => this.#waiting.set(id, resolve))
  }

  /** The answer's kind, or the code of a refusal. */
  async outcome(question: Asked): Promise<string> {
    const answer = await this.ask(question)
    return answer.kind === 'refused' ? answer.code : answer.kind
  }

  async hello(who: Wallet, game: Hex, where: { chainId: number; game: string }, operator = this.welcome.operator): Promise<string> {
    const signature = await signHello(who, where, { game, operator, nonce: this.welcome.nonce })
    return this.outcome({ kind: 'hello', game, signature })
  }

  close(): void {
    this.socket.terminate()
  }
}
