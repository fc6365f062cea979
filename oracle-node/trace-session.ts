import { randomBytes } from 'node:crypto'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { errorFields, type Log } from '@opine/node-kit/log.ts'
import { signerOfHello } from '@opine/node-kit/trace-hello.ts'
import { type Answer, encodeMessage, parseQuestion, type Question, type Welcome } from '@opine/node-kit/trace-messages.ts'
import type { RawData, WebSocket } from 'ws'
import { Allowance, type ServingLimits } from './serving.ts'
import type { TraceDesk } from './trace-desk.ts'

export type SessionDeps = {
  readonly desk: TraceDesk
  readonly deployment: Deployment
  readonly account: string
  readonly log: Log
  readonly limits: ServingLimits
  /** What all connections share. */
  readonly all: Allowance
  readonly hellos: Allowance
  /** Told of each question about a game that was answered. */
  readonly onServed: (gameId: Hex) => void
}

/** What the asker is told of. */
const REFUSALS = new Set([
  ...['MESSAGE_INVALID', 'TRACE_UNKNOWN', 'GAME_UNKNOWN', 'OFF_THE_PATH', 'BUSY'],
  ...['HELLO_NEEDED', 'HELLO_TWICE', 'HELLO_UNSIGNED'],
])

/** One connection: it is told who this is, asks, and is answered in order, until it breaks a rule or goes. */
export class TraceSession {
  readonly #socket: WebSocket
  readonly #deps: SessionDeps
  readonly #nonce = toHex(randomBytes(32))
  readonly #allowance: Allowance
  readonly #life: NodeJS.Timeout
  #idle: NodeJS.Timeout
  #waiting = 0
  #tail: Promise<void> = Promise.resolve()
  #game: Hex | undefined

  constructor(socket: WebSocket, deps: SessionDeps) {
    this.#socket = socket
    this.#deps = deps
    const { limits } = deps
    this.#allowance = new Allowance(limits.perSecond)
    this.#life = setTimeout(() => this.#end('it lasted too long'), limits.life)
    // Who waits for an answer, for which a model may run, is not idle.
    this.#idle = setTimeout(() => (this.#waiting > 0 ? void this.#idle.refresh() : this.#end('it was idle')), limits.idle)
    socket.on('message', (data, isBinary) => this.#take(data, isBinary))
    socket.on('ping', () => this.#allowance.take() || this.#end('it pinged too often'))
    // What breaks the protocol of WebSocket, or is too long, ends the connection by itself.
    socket.on('error', (error) => deps.log.debug('traceClientFailed', { reason: error.message }))
    socket.on('close', () => {
      clearTimeout(this.#life)
      clearTimeout(this.#idle)
    })
    this.#send({ kind: 'welcome', nonce: this.#nonce, operator: deps.account })
  }

  #take(data: RawData, isBinary: boolean): void {
    const { limits } = this.#deps
    this.#idle.refresh()
    const broken = isBinary
      ? 'it sent no text'
      : !this.#allowance.take()
        ? 'it asked too often'
        : this.#waiting >= limits.waiting && 'it did not wait for answers'
    if (broken) {
      this.#end(broken)
      return
    }
    this.#waiting += 1
    this.#tail = this.#tail.then(async () => {
      if (this.#socket.readyState === this.#socket.OPEN) await this.#answer(String(data))
      this.#waiting -= 1
      if (this.#socket.readyState === this.#socket.OPEN) this.#idle.refresh()
    })
  }

  async #answer(text: string): Promise<void> {
    const { log, all } = this.#deps
    let id = 0
    try {
      const question = parseQuestion(text)
      id = question.id
      if (!all.take()) throw new OpineError('BUSY', 'too many questions; ask again in some seconds')
      this.#send({ id, ...(await this.#reply(question)) })
      if (this.#game) this.#deps.onServed(this.#game)
    } catch (error) {
      // What went wrong inside is nobody's business outside: messages may name files, or a node's address with its secret.
      const known = error instanceof OpineError && REFUSALS.has(error.code)
      log[known ? 'debug' : 'error']('traceRefused', errorFields(error))
      const [code, message] = known ? [error.code, error.message.slice(0, 300)] : ['UNEXPECTED', 'this cannot be answered']
      this.#send({ id, kind: 'refused', code, message })
    }
  }

  async #reply(question: Question) {
    const { desk, deployment, account, hellos } = this.#deps
    if (question.kind !== 'hello') return desk.answer(question, this.#game)
    if (this.#game !== undefined) throw new OpineError('HELLO_TWICE', 'one connection is for one game; connect again for another')
    desk.expect(question.game)
    if (!hellos.take()) throw new OpineError('BUSY', 'too many say hello; ask again in a moment')
    const hello = { game: question.game, operator: account, nonce: this.#nonce }
    const signer = signerOfHello(deployment, hello, question.signature)
    if (!signer) throw new OpineError('HELLO_UNSIGNED', 'the signature is none of this hello; see SPEC section 7')
    await desk.admit(question.game, signer)
    this.#game = question.game
    return { kind: 'ready' } as const
  }

  #send(message: Welcome | Answer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > this.#deps.limits.unread) this.#end('it does not read its answers')
    else this.#socket.send(encodeMessage(message))
  }

  /** Without a farewell: who breaks a rule is not waited for. */
  #end(reason: string): void {
    this.#deps.log.debug('traceClientDropped', { reason })
    this.#socket.terminate()
  }
}
