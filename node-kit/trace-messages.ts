import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'

/** Version of what a challenger and an asserter's trace server say to each other: JSON, one object a WebSocket message, each with `v`. */
export const TRACE_VERSION = 1
/** Most bytes of a message to the server, and of one from it: `totals` with 512 numbers is the longest. */
export const MOST_QUESTION = 4_096
export const MOST_ANSWER = 16_384

/** Most of what a list holds: nodes of one reveal, kernels of a segment, blocks of a fold (SPEC sections 5 and 7); bytes of a signature. */
const [NODES, ROOTS, TOTALS, SIGNATURE] = [64, 64, 512, 1_024] as const

/** What the server says first. @property nonce  to be signed in `hello` @property operator  whose traces these are */
export type Welcome = { readonly kind: 'welcome'; readonly nonce: Hex; readonly operator: string }

/** What a challenger asks. All but `traceNodes` is about the game for which it said hello. `id` counts its questions. */
export type Question = { readonly id: number } & (
  | { readonly kind: 'hello'; readonly game: Hex; readonly signature: Hex }
  | { readonly kind: 'traceNodes'; readonly assertion: Hex; readonly position: number }
  | { readonly kind: 'interior'; readonly kernel: number }
  | { readonly kind: 'tensorNodes'; readonly kernel: number; readonly position: number }
  | { readonly kind: 'totals'; readonly kernel: number; readonly element: number }
)

/** What the server answers, by the question's `id`. */
export type Answer = { readonly id: number } & (
  | { readonly kind: 'ready' }
  | { readonly kind: 'nodes'; readonly nodes: readonly Hex[] }
  | { readonly kind: 'interior'; readonly roots: readonly Hex[]; readonly signature: Hex }
  | { readonly kind: 'totals'; readonly totals: readonly number[]; readonly signature: Hex }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
)

export const encodeMessage = (message: Welcome | Question | Answer): string => JSON.stringify({ v: TRACE_VERSION, ...message })

/** @throws {OpineError} `MESSAGE_INVALID`, naming the field */
export function parseQuestion(text: string): Question {
  const read = reader(text, MOST_QUESTION)
  const id = read.whole('id')
  const kind = read.word('kind', ['hello', 'traceNodes', 'interior', 'tensorNodes', 'totals'])
  switch (kind) {
    case 'hello':
      return { id, kind, game: read.bytes('game', 32, 32), signature: read.bytes('signature', 1, SIGNATURE) }
    case 'traceNodes':
      return { id, kind, assertion: read.bytes('assertion', 32, 32), position: read.whole('position') }
    case 'interior':
      return { id, kind, kernel: read.whole('kernel') }
    case 'tensorNodes':
      return { id, kind, kernel: read.whole('kernel'), position: read.whole('position') }
    case 'totals':
      return { id, kind, kernel: read.whole('kernel'), element: read.whole('element') }
  }
}

/** @throws {OpineError} `MESSAGE_INVALID`, naming the field */
export function parseAnswer(text: string): Answer {
  const read = reader(text, MOST_ANSWER)
  const id = read.whole('id')
  const kind = read.word('kind', ['ready', 'nodes', 'interior', 'totals', 'refused'])
  switch (kind) {
    case 'ready':
      return { id, kind }
    case 'nodes':
      return { id, kind, nodes: read.words('nodes', NODES) }
    case 'interior':
      return { id, kind, roots: read.words('roots', ROOTS), signature: read.bytes('signature', 1, SIGNATURE) }
    case 'totals':
      return { id, kind, totals: read.uint32s('totals', TOTALS), signature: read.bytes('signature', 1, SIGNATURE) }
    case 'refused':
      return { id, kind, code: read.text('code', 40), message: read.text('message', 300) }
  }
}

/** @throws {OpineError} `MESSAGE_INVALID`, naming the field */
export function parseWelcome(text: string): Welcome {
  const read = reader(text, MOST_ANSWER)
  return { kind: read.word('kind', ['welcome']), nonce: read.bytes('nonce', 32, 32), operator: read.bytes('operator', 20, 20) }
}

function reader(text: string, most: number) {
  if (text.length > most) throw invalid(`it has ${text.length} characters, at most ${most} are read`)
  let fields: Readonly<Record<string, unknown>>
  try {
    fields = { ...(JSON.parse(text) as Record<string, unknown>) }
  } catch {
    throw invalid('it is no JSON')
  }
  if (fields.v !== TRACE_VERSION) throw invalid(`its "v" is ${shown(fields.v)}, this side speaks version ${TRACE_VERSION}`)
  const field = <T>(name: string, what: string, is: (value: unknown) => value is T): T => {
    const value = fields[name]
    if (is(value)) return value
    throw invalid(`"${name}" must be ${what}, got ${shown(value)}`)
  }
  return {
    whole: (name: string) => field(name, 'a whole number', isWhole),
    word: <T extends string>(name: string, words: readonly T[]) =>
      field(name, `one of ${words.join(', ')}`, (value): value is T => words.includes(value as T)),
    text: (name: string, longest: number) =>
      field(
        name,
        `text of at most ${longest} characters`,
        (value): value is string => typeof value === 'string' && value.length <= longest,
      ),
    bytes: (name: string, least: number, longest: number) =>
      field(name, `${least} to ${longest} bytes in hexadecimal`, (value): value is Hex => isHex(value, least, longest)),
    words: (name: string, longest: number) =>
      field(name, `at most ${longest} words of 32 bytes`, (value): value is Hex[] => isList(value, longest, (word) => isHex(word, 32, 32))),
    uint32s: (name: string, longest: number) =>
      field(name, `at most ${longest} numbers of 32 bits`, (value): value is number[] => isList(value, longest, isUint32)),
  }
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isUint32 = (value: unknown): boolean => isWhole(value) && value < 2 ** 32
const isHex = (value: unknown, least: number, longest: number): boolean =>
  typeof value === 'string' && value.length >= 2 + 2 * least && value.length <= 2 + 2 * longest && /^0x(?:[0-9a-fA-F]{2})*$/.test(value)
const isList = (value: unknown, longest: number, each: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= longest && value.every(each)

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 40)
const invalid = (fact: string): OpineError => new OpineError('MESSAGE_INVALID', `a message about a trace cannot be read: ${fact}`)
