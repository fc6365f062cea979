import type { Fields, Level } from './log.ts'
import type { Count, Role } from './metrics.ts'

type Take = (fields: Fields, count: Count, role: Role) => void

const word = (value: unknown): string => (/^[A-Za-z_]{1,40}$/.test(String(value)) ? String(value) : 'other')
const number = (value: unknown): number => (value === undefined ? 0 : Number(value))

const verdict =
  (name: string): Take =>
  (_, count) =>
    count('assertions', { verdict: name })
const befell =
  (event: string): Take =>
  (_, count) =>
    count('transactions', { event })
const game =
  (status?: string): Take =>
  (fields, count, role) =>
    count('games', { role, status: status ?? word(fields.fallen === true ? 'CHALLENGER_WINS' : fields.status) })
const failed: Take = ({ code }, count) => count('errors', { code: word(code) })

/** What each logged fact counts as. A fact that is not here counts among the log's lines alone. */
const EVENTS: Readonly<Record<string, Take>> = {
  requestSeen: (_, count) => count('requests_seen'),
  requestDeclined: ({ reason }, count) => count('requests_declined', { reason: word(reason) }),
  requestEnded: ({ status }, count) => count('requests_ended', { status: word(status) }),
  assertionTrue: verdict('true'),
  assertionFalse: verdict('false'),
  assertionFalseTooLate: verdict('false_too_late'),
  gameSeen: game('OPENED'),
  gameEnded: game(),
  gameLost: game('DEFENDER_WINS'),
  move: ({ kind, gasUsed, spent }, count, role) => {
    const labels = { kind: word(kind) }
    count('moves', labels)
    count('gas_used', labels, number(gasUsed))
    count('spent_wei', labels, number(spent))
    if (kind === 'assert') count('requests_answered')
    if (kind === 'open') count('games', { role, status: 'OPENED' })
  },
  transactionReplaced: befell('replaced'),
  transactionResumed: befell('resumed'),
  transactionReoffered: befell('reoffered'),
  transactionReorganised: befell('reorganised'),
  transactionWithoutEffect: befell('without_effect'),
  transactionDropped: befell('dropped'),
  transactionLost: befell('lost'),
  nonceGapFilled: befell('gap_filled'),
  feeCapReached: befell('fee_cap_reached'),
  taskFailed: failed,
  taskFailedAgain: ({ code, ...fields }, count, role) => {
    if (code !== 'NOT_YET') failed({ code, ...fields }, count, role)
  },
  tickFailed: failed,
  pollFailed: failed,
  storeUnwritable: failed,
}

/** Of each kind, as many facts are remembered as were said already. */
const MEMORY = 10_000

/** Facts that may be said again at every attempt are counted once for each of these ids. */
const ONCE: Readonly<Record<string, string>> = { assertionFalse: 'assertionId', feeCapReached: 'nonce' }

/** Turns the facts of a log into counts. */
export class MetricEvents {
  readonly #role: Role
  readonly #count: Count
  readonly #said = new Set<string>()

  constructor(role: Role, count: Count) {
    this.#role = role
    this.#count = count
  }

  take(level: Level, event: string, fields: Fields): void {
    this.#count('log_lines', { level })
    const once = ONCE[event]
    if (once !== undefined && !this.#first(`${event} ${fields[once]}`)) return
    EVENTS[event]?.(fields, this.#count, this.#role)
  }

  #first(key: string): boolean {
    if (this.#said.has(key)) return false
    if (this.#said.size >= MEMORY) this.#said.delete(this.#said.values().next().value!)
    this.#said.add(key)
    return true
  }
}
