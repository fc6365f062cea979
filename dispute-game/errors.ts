/** An expected failure: what is wrong, where, and the next step. Printed without a stack. */
export class OpineError extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}, options: ErrorOptions = {}) {
    super(message, options)
    this.name = 'OpineError'
    this.code = code
    this.details = details
  }
}
