import { OpineError } from '@opine/dispute-game/errors.ts'

/** What a node answered in place of a result: JSON-RPC 2.0 section 5.1. */
export type RpcFault = { readonly code: number; readonly message: string; readonly data?: unknown }

export type Answer = { readonly result: unknown } | { readonly error: RpcFault }

/** What a node sends: the answer to a question, or without an `id` what it was asked to tell. */
export type Message = {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly result?: { readonly number?: string } }
  readonly result?: unknown
  readonly error?: RpcFault
}

export function parseMessage(text: string): Message | undefined {
  try {
    return JSON.parse(text) as Message
  } catch {
    return undefined
  }
}

type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void; readonly timer: NodeJS.Timeout }

/**
 * @property url             of the node, without secrets
 * @property requestTimeout  milliseconds for an answer
 * @property observe         told how long the node took for each answer
 */
export type QuestionTerms = {
  readonly url: string
  readonly requestTimeout: number
  readonly observe: (method: string, seconds: number) => void
}

/** What a node was asked over a connection and has not answered yet, by the number of the question. */
export class RpcQuestions {
  readonly #terms: QuestionTerms
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor(terms: QuestionTerms) {
    this.#terms = terms
  }

  /**
   * @param send  puts the question on the connection
   * @param late  called when the time is over, with when it was asked, on the clock of `performance`
   * @throws {OpineError} `NODE_TIMEOUT`, and what the question is abandoned with
   */
  ask(method: string, params: unknown, send: (text: string) => void, late: (asked: number) => void): Promise<Answer> {
    const { url, requestTimeout, observe } = this.#terms
    const id = ++this.#lastId
    const asked = performance.now()
    return new Promise((answered, reject) => {
      const resolve = (answer: Answer): void => {
        observe(method, (performance.now() - asked) / 1000)
        answered(answer)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        late(asked)
        reject(new OpineError('NODE_TIMEOUT', `${url} did not answer ${method} within ${requestTimeout} ms`, { url, method }))
      }, requestTimeout)
      this.#waiting.set(id, { resolve, reject, timer })
      send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    })
  }

  /** Takes a message, which may be an answer. */
  take({ id = -1, result, error }: Message): void {
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    waiting.resolve(error ? { error } : { result })
  }

  /** No answer will come any more. @param reason  why, an error for each */
  abandon(reason: () => OpineError): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(reason())
    }
    this.#waiting.clear()
  }
}
