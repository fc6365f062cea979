import { etherText } from '../money.ts'
import { table } from '../print.ts'
import { assertionFacts, gameFacts, requestFacts, spanText } from './facts.ts'
import type { Found } from './find.ts'
import { type Verdict, verdictOf } from './list.ts'
import type { Machine, View } from './view.ts'

/** @property kernel  of a game: the disputed one in words, once there is one */
export type Shown =
  | ({ readonly kind: 'request' } & Awaited<ReturnType<typeof requestFacts>>)
  | ({ readonly kind: 'assertion'; readonly verdict: Verdict } & Awaited<ReturnType<typeof assertionFacts>>)
  | ({ readonly kind: 'game'; readonly kernel: string | null } & Awaited<ReturnType<typeof gameFacts>>)

/** Everything that is known of one request, assertion or game. */
export async function show(view: View, machine: Machine, { kind, id }: Found): Promise<Shown> {
  switch (kind) {
    case 'request':
      return { kind, ...(await requestFacts(view, id)) }
    case 'assertion': {
      const facts = await assertionFacts(view, id)
      return { kind, verdict: verdictOf(view, machine, facts), ...facts }
    }
    case 'game': {
      const facts = await gameFacts(view, id)
      const described = ({ requestId, view: at }: typeof facts) =>
        machine.describe(view.journal.request(requestId)!.programRoot, at.kernel) ?? null
      return { kind, kernel: facts.view.phase === 'TRACE' ? null : described(facts), ...facts }
    }
  }
}

/** The same as lines. */
export function showText(shown: Shown, { head, chain }: View): string[] {
  const until = (left: number | null): string =>
    left === null || left <= 0 ? spanText(left) : `${spanText(left)}, until ${dateOf(head.timestamp + left)}`
  const rows = (lines: readonly (readonly [string, string])[]): string[] => table(lines.map(([name, value]) => [name, `${value} `]))
  switch (shown.kind) {
    case 'request':
      return rows([
        ['request', shown.requestId],
        ['status', shown.status],
        ['consumer', shown.consumer],
        ['program', shown.programRoot],
        ['input', `${shown.inputBytes} bytes`],
        ['fee', etherText(shown.fee)],
        ['bond', etherText(shown.bond)],
        ['liveness', spanText(shown.liveness)],
        ['time left', until(shown.left)],
        ['optimistic', shown.optimistic ? (shown.toldAt === null ? 'yes, not told yet' : `yes, told assertion ${shown.toldAt}`) : 'no'],
        ...(shown.status === 'SETTLED'
          ? [['settled by', shown.settledBy] as const, ['delivered', shown.delivered ? 'yes' : 'no'] as const]
          : []),
        ...shown.assertions.map((id, index) => [`assertion ${index}`, id] as const),
      ])
    case 'assertion':
      return rows([
        ['assertion', shown.assertionId],
        ['request', shown.requestId],
        ['asserter', shown.asserter],
        ['status', shown.status],
        ['verdict', shown.verdict === '?' ? 'unknown: give --model' : shown.verdict],
        ['trace root', shown.traceRoot],
        ['output', shown.output ?? 'unknown'],
        ['asserted', dateOf(shown.assertedAt)],
        ['time left', until(shown.left)],
        ['open games', String(shown.openGames)],
        ...shown.games.map((id) => ['game', id] as const),
      ])
    case 'game':
      return rows([
        ['game', shown.gameId],
        ['assertion', shown.assertionId],
        ['request', shown.requestId],
        ['asserter', shown.asserter],
        ['challenger', shown.challenger],
        ['its root', shown.root],
        [
          'status',
          shown.fallen && shown.status === 'IN_PROGRESS' ? 'the assertion fell in another game: the bond comes back (move)' : shown.status,
        ],
        ['turn', shown.turn ?? '-'],
        ['time left', until(shown.left)],
        ['clocks', `asserter ${spanText(shown.clock.asserter)}, challenger ${spanText(shown.clock.challenger)}`],
        ['phase', shown.view.phase],
        ['position', `${shown.view.position} (${chain.levels} levels a reveal)`],
        ...(shown.view.phase === 'TRACE'
          ? []
          : [['kernel', `${shown.view.kernel}  ${shown.kernel ?? '(give --model for its description)'}`] as const]),
        ...(shown.view.phase === 'LANE' ? [['element', String(shown.view.element)] as const] : []),
        ['node', shown.view.node],
        ['posted here', shown.posted ? `${shown.posted.nodes} nodes, ${shown.posted.totals} totals` : 'nothing'],
      ])
  }
}

const dateOf = (seconds: number): string => new Date(1000 * seconds).toISOString().replace('.000', '')
