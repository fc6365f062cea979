import { limited } from '../limited.ts'
import { etherText } from '../money.ts'
import { table } from '../print.ts'
import { type AssertionFacts, assertionFacts, type GameFacts, gameFacts, type RequestFacts, requestFacts, spanText } from './facts.ts'
import { known, shortId } from './find.ts'
import { type Machine, rerun, type View } from './view.ts'

/** Of which the node is asked at a time. */
const AT_ONCE = 8

/** @property account  only what it takes part in; null for everybody @property all  also what is over */
export type ListOptions = { readonly account: string | null; readonly all: boolean }

export type Verdict = 'true' | 'FALSE' | '?'
export type Listed = {
  readonly requests: readonly RequestFacts[]
  readonly assertions: readonly (AssertionFacts & { readonly verdict: Verdict })[]
  readonly games: readonly GameFacts[]
}

/** Requests, assertions and games, the oldest first. @param machine  says which assertions are false */
export async function list(view: View, machine: Machine, { account, all }: ListOptions): Promise<Listed> {
  const { journal } = view
  const every = await limited(known(journal, 'game'), AT_ONCE, ([id]) => gameFacts(view, id))
  const games = every
    .filter(({ status }) => all || status === 'IN_PROGRESS')
    .filter(({ asserter, challenger }) => account === null || asserter === account || challenger === account)
  const listed = new Set(games.map(({ assertionId }) => assertionId))
  const assertions = (await limited(known(journal, 'assertion'), AT_ONCE, ([id]) => assertionFacts(view, id)))
    .filter(({ assertionId, status }) => all || status === 'STANDING' || listed.has(assertionId))
    .filter(({ assertionId, asserter }) => account === null || asserter === account || listed.has(assertionId))
    .map((facts) => ({ ...facts, verdict: verdictOf(view, machine, facts) }))
  const asked = new Set(assertions.map(({ requestId }) => requestId))
  const requests = (await limited(known(journal, 'request'), AT_ONCE, ([id]) => requestFacts(view, id)))
    .filter(({ requestId, status }) => all || status === 'OPEN' || asked.has(requestId))
    .filter(({ requestId, status }) => account === null || asked.has(requestId) || status === 'OPEN')
  return { requests, assertions, games }
}

/** What the models at hand say; `?` without the one that was asked. */
export function verdictOf(view: View, machine: Machine, { requestId, asserter, traceRoot }: AssertionFacts): Verdict {
  const truth = rerun(view, machine, requestId)
  if (!truth) return '?'
  return truth.root(asserter) === traceRoot ? 'true' : 'FALSE'
}

/** The same as tables. */
export const listText = (listed: Listed): string[] => sections(listed).slice(0, -1)

const sections = ({ requests, assertions, games }: Listed): string[] => [
  ...section('requests', ['id', 'status', 'fee', 'time left', 'assertions'], requests, (r) => [
    shortId(r.requestId),
    r.status,
    etherText(r.fee),
    spanText(r.left),
    String(r.assertions.length),
  ]),
  ...section('assertions', ['id', 'request', 'asserter', 'status', 'verdict', 'time left', 'games'], assertions, (a) => [
    shortId(a.assertionId),
    shortId(a.requestId),
    a.asserter,
    a.status,
    a.verdict,
    spanText(a.left),
    String(a.games.length),
  ]),
  ...section('games', ['id', 'assertion', 'challenger', 'status', 'phase', 'turn', 'time left'], games, (g) => [
    shortId(g.gameId),
    shortId(g.assertionId),
    g.challenger,
    g.status,
    g.status === 'IN_PROGRESS' ? g.view.phase : '-',
    g.turn ?? '-',
    spanText(g.left),
  ]),
]

function section<T>(name: string, head: readonly string[], items: readonly T[], row: (item: T) => readonly string[]): string[] {
  if (items.length === 0) return [`${name}: none`, '']
  return [`${name}:`, ...table([head, ...items.map(row)]).map((line) => `  ${line}`), '']
}
