import { digits, table } from '../table.ts'
import type { Calls } from './node-calls.ts'
import { PARTS } from './profile.ts'
import type { LoadRun } from './serve-load.ts'
import type { Stretch } from './stretch.ts'

/** A run and how its chain makes blocks. */
export type NamedRun = { readonly name: string; readonly run: LoadRun }

/** The value below which a part of all values lies, by the nearest rank. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

const seconds = (milliseconds: number): string => `${digits(milliseconds / 1000)} s`
const share = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`
const each = (milliseconds: number, { requests }: LoadRun): string => `${digits(milliseconds / requests)} ms`
const total = (calls: Calls, methods?: readonly string[]): number =>
  [...calls].reduce((sum, [method, { count }]) => (methods && !methods.includes(method) ? sum : sum + count), 0)
const waiting = ({ work }: Stretch): number => work.parts.get('waiting')!
const busy = (stretch: Stretch): number => stretch.work.wall - waiting(stretch)

/** What had no time left: whichever of the operator's thread, the node and the blocks was busiest. */
function bound({ answer, fullest, blocks }: LoadRun): string {
  const { wall } = answer.work
  const thread = busy(answer) / wall
  const node = (answer.node ?? 0) / wall
  if (fullest > 0.9 && blocks < 20 && thread < 0.7) return 'the gas of a block'
  if (node > thread) return 'the node'
  return thread > 0.7 ? 'the operator’s one thread' : 'waiting for answers of the node, and for blocks'
}

/** The section of many requests to one operator. */
export function loadSection(runs: readonly NamedRun[], command: string): string[] {
  const head = ['', ...runs.map(({ name }) => name)]
  const row = (name: string, cell: (run: LoadRun) => string): string[] => [name, ...runs.map(({ run }) => cell(run))]
  const { requests } = runs[0]!.run
  const outcome = table(head, [
    row('lost, wrong, twice', () => '0'),
    row('answers each second', ({ answering }) => digits((1000 * requests) / answering)),
    row('transactions each second, everybody’s', ({ transactions, answering }) => digits((1000 * transactions) / answering)),
    ...[0.5, 0.9, 0.99, 1].map((part) => {
      const name = part === 1 ? 'the slowest' : `${100 * part} % within`
      return row(`question mined to answer mined: ${name}`, ({ latencies }) => seconds(percentile(latencies, part)))
    }),
    row('settlements each second', ({ settling }) => digits((1000 * requests) / settling)),
    row('fullest block', ({ fullest }) => share(fullest, 1)),
    row('operator’s thread busy while it answers', ({ answer }) => share(busy(answer), answer.work.wall)),
    row('node busy meanwhile', ({ answer }) => (answer.node === undefined ? 'unknown' : share(answer.node, answer.work.wall))),
    row('what bounds it', bound),
  ])
  const parts = (of: (run: LoadRun) => Stretch): string[] =>
    table(
      head,
      PARTS.map((part) => row(part, (run) => each(of(run).work.parts.get(part)!, run))),
    )
  const calls = (of: (run: LoadRun) => Stretch): string[] => {
    const kinds: readonly (readonly [string, readonly string[]])[] = [
      ['reads of contracts, and tries', ['eth_call']],
      ['gas estimates', ['eth_estimateGas']],
      ['transactions', ['eth_sendRawTransaction']],
      ['receipts', ['eth_getTransactionReceipt']],
      ['events', ['eth_getLogs']],
    ]
    const rows = kinds.map(([name, methods]) => row(name, (run) => digits(total(of(run).calls, methods) / run.requests)))
    return table(head, [...rows, row('all', (run) => digits(total(of(run).calls) / run.requests))])
  }
  return [
    `${requests} requests of the digit model, all pictures different, at once from ten accounts to one operator: a process on an anvil node that has a block`,
    `for whatever waits, or one every second. Wall-clock time, by \`${command}\`. It fails if one request is lost, answered wrongly or`,
    'twice, or if a bond stays locked. The thread’s parts are of its profile: where it was last in code that says what it was for; processes that',
    'take the processor away count in them. A block of this node has 30 million gas.',
    '',
    ...outcome,
    '',
    'The operator’s main thread, for each request, from the first question to the last answer:',
    '',
    ...parts(({ answer }) => answer),
    '',
    'And while it settles:',
    '',
    ...parts(({ settle }) => settle),
    '',
    'What it asks of its node for each request, until it is answered:',
    '',
    ...calls(({ answer }) => answer),
    '',
    'And to settle it:',
    '',
    ...calls(({ settle }) => settle),
  ]
}
