import { OpineError } from '@opine/dispute-game/errors.ts'
import { showUrl } from './config.ts'

const PATIENCE = 15_000
const METHOD_NOT_FOUND = -32601

type Answer = { readonly result?: unknown; readonly error?: { readonly code?: number; readonly message?: string } }

/** JSON-RPC over HTTP with a signer. */
export class SignerRpc {
  readonly #url: string
  readonly #patience: number

  /** @param patience  milliseconds for an answer */
  constructor(url: string, patience = PATIENCE) {
    this.#url = url
    this.#patience = patience
  }

  /** The address without secrets. */
  get name(): string {
    return showUrl(this.#url)
  }

  /** @throws {OpineError} `SIGNER_UNREACHABLE`, `SIGNER_REFUSED` with its reason */
  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const { result, error } = await this.#post(method, params)
    if (error !== undefined) throw this.#refused(method, error)
    return result
  }

  /** The first method that the signer knows. @throws {OpineError} those of `ask` */
  async askEither(methods: readonly string[], params: readonly unknown[]): Promise<unknown> {
    for (const method of methods) {
      const { result, error } = await this.#post(method, params)
      if (error === undefined) return result
      if (error.code !== METHOD_NOT_FOUND) throw this.#refused(method, error)
    }
    throw this.#refused(methods.join(' and '), { message: 'it knows neither' })
  }

  async #post(method: string, params: readonly unknown[]): Promise<Answer> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        redirect: 'error',
        signal: AbortSignal.timeout(this.#patience),
      })
      const answer: unknown = await response.json()
      if (typeof answer === 'object' && answer !== null) return answer
      throw new Error('no answer of JSON-RPC')
    } catch (cause) {
      const inner = (cause as Error).cause as NodeJS.ErrnoException | undefined
      const reason = inner?.code ?? (cause instanceof SyntaxError ? 'no JSON' : (cause as Error).message)
      throw new OpineError('SIGNER_UNREACHABLE', `the signer at ${this.name} does not answer (${reason}); start it, or correct --signer`, {
        method,
        reason,
      })
    }
  }

  #refused(method: string, { message = 'without a reason' }: { readonly message?: string }): OpineError {
    const text = `the signer at ${this.name} refuses ${method}: ${String(message).slice(0, 200)}; allow it there`
    return new OpineError('SIGNER_REFUSED', text, { method })
  }
}
