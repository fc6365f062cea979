/** The tables, in the order of the page. */
const TITLES = ['Hashing', 'Commitments', 'Executors', 'Tiles', 'Threads', 'Starting', 'Lowering', 'Memory'] as const

/** @property tables  lines of each @property refused  models that do not compile, with the error's code */
export type Benchmarks = {
  readonly machine: string
  readonly load: string
  readonly tables: Readonly<Record<(typeof TITLES)[number], readonly string[]>>
  readonly refused: readonly string[]
}

/** The page `docs/BENCHMARKS.md`. */
export function page({ machine, load, tables, refused }: Benchmarks): string {
  const left = refused.length > 0 ? `\nNot measured, for they do not compile: ${refused.join(', ')}.\n` : ''
  return [
    '# Benchmarks\n',
    'Written by `npm run bench -- --write`; do not edit. Times are processor time, on one thread, unless it says otherwise; figures are medians of several runs, in which what is',
    'compared takes turns. Trust the ratios more than the times: they were taken in the same minutes on the same machine.\n',
    `Machine: ${machine}; load ${load} at the start.\n`,
    ...TITLES.map((title) => `## ${title}\n\n${tables[title].join('\n')}\n`),
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
