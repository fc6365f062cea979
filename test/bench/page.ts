/** @property refused  models that do not compile, with the error's code */
export type Benchmarks = {
  readonly machine: string
  readonly load: string
  readonly hashing: readonly string[]
  readonly lowering: readonly string[]
  readonly commitments: readonly string[]
  readonly executors: readonly string[]
  readonly memory: readonly string[]
  readonly tiles: readonly string[]
  readonly several: readonly string[]
  readonly starting: readonly string[]
  readonly refused: readonly string[]
}

/** The page `docs/BENCHMARKS.md`. */
export function page({
  machine,
  load,
  hashing,
  lowering,
  commitments,
  executors,
  tiles,
  several,
  starting,
  memory,
  refused,
}: Benchmarks): string {
  const section = (title: string, lines: readonly string[]): string => `## ${title}\n\n${lines.join('\n')}\n`
  const left = refused.length > 0 ? `\nNot measured, for they do not compile: ${refused.join(', ')}.\n` : ''
  return [
    '# Benchmarks\n',
    'Written by `npm run bench -- --write`; do not edit. Times are processor time, on one thread, unless it says otherwise; figures are medians of several runs, in which what is',
    'compared takes turns. Trust the ratios more than the times: they were taken in the same minutes on the same machine.\n',
    `Machine: ${machine}; load ${load} at the start.\n`,
    section('Hashing', hashing),
    section('Commitments', commitments),
    section('Executors', executors),
    section('Tiles', tiles),
    section('Threads', several),
    section('Starting', starting),
    section('Lowering', lowering),
    section('Memory', memory),
  ]
    .join('\n')
    .concat(left)
}

/** The page with a section put in, in the place of the one of that title, or at its end. */
export function withSection(text: string, title: string, body: string): string {
  return `${withoutSection(text, title).trimEnd()}\n\n## ${title}\n\n${body.trimEnd()}\n`
}

/** A section of the page, with its title; nothing where there is none. */
export function sectionOf(text: string, title: string): string {
  const start = `\n${text}`.indexOf(`\n## ${title}\n`)
  if (start < 0) return ''
  const end = text.indexOf('\n## ', start + 1)
  return text.slice(start, end < 0 ? undefined : end + 1)
}

const withoutSection = (text: string, title: string): string => text.replace(sectionOf(text, title), '')
