import { OpineError } from '@opine/dispute-game/errors.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error'
export type LogFormat = 'json' | 'text'
export type Fields = Readonly<Record<string, unknown>>

/** Structured facts. `event` is a stable camel-case name that programs can rely on; `fields` are its values. */
export type Log = {
  readonly [level in Level]: (event: string, fields?: Fields) => void
}

/**
 * @property format   `json`: one object a line, `{ time, level, service, event, ...fields }`; `text`: for people
 * @property service  who speaks
 * @property minimum  least level that is written; `info` if left out
 * @property write    takes whole lines; standard error if left out
 */
export type LogOptions = {
  readonly format: LogFormat
  readonly service: string
  readonly minimum?: Level
  readonly write?: (line: string) => void
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies readonly Level[]

export function createLog({ format, service, minimum = 'info', write = (line) => process.stderr.write(line) }: LogOptions): Log {
  const emit = (level: Level, event: string, fields: Fields): void => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(minimum)) return
    const time = new Date().toISOString()
    write(`${format === 'json' ? jsonLine({ time, level, service, event, ...fields }) : textLine(time, level, service, event, fields)}\n`)
  }
  const at =
    (level: Level) =>
    (event: string, fields: Fields = {}) =>
      emit(level, event, fields)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

const jsonLine = (fields: Fields): string => JSON.stringify(fields, (_, value: unknown) => plain(value))

function textLine(time: string, level: Level, service: string, event: string, fields: Fields): string {
  const values = Object.entries(fields).map(([name, value]) => {
    const shown = plain(value)
    const whole = typeof shown === 'string' ? shown : JSON.stringify(shown, (_, inner: unknown) => plain(inner))
    const text = whole === undefined ? whole : oneLine(whole)
    return `${name}=${text !== undefined && /^0x[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 10)}…` : text}`
  })
  return [time.slice(11, 19), level.toUpperCase().padEnd(5), `[${service}]`, event, ...values].join(' ')
}

/** Most letters of a value; what strangers write, in a revert or to a peer, must not fill the log. */
const MOST = 8_192
/** Line breaks among them, and what tells a terminal to write elsewhere. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/gu

/** A text that is one line of a log or a terminal, whoever wrote it. */
export const oneLine = (text: string): string =>
  shortened(text).replace(CONTROL, (letter) => (letter === '\n' ? '\\n' : `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`))

const shortened = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST)}… (${text.length})` : text)

/** What JSON has no word for, and what is too long. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  return typeof value === 'string' ? shortened(value) : value
}

/** An error as fields of a log line: code, message and details of an expected one, name and stack of any other. */
export function errorFields(error: unknown): Fields {
  if (error instanceof OpineError) return { code: error.code, message: error.message, ...withoutCode(error.details) }
  // What ethers cannot read of an answer is the node's fault, wherever it comes up.
  if (isBadData(error)) return { code: 'NODE_ANSWER', message: `the node's answer cannot be read: ${error.message.split(' (')[0]}` }
  if (error instanceof Error) return { code: 'UNEXPECTED', message: error.message.split('\n')[0], stack: error.stack }
  return { code: 'UNEXPECTED', message: String(error) }
}

const isBadData = (error: unknown): error is Error => error instanceof Error && (error as { code?: unknown }).code === 'BAD_DATA'

function withoutCode({ code: _, message: __, ...rest }: Fields): Fields {
  return rest
}
