/** @property refused  models that do not compile, with the error's code */
export type Benchmarks = {
  readonly machine: string
  readonly load: string
  readonly hashing: readonly string[]
  readonly lowering: readonly string[]
  readonly commitments: readonly string[]
  readonly executors: readonly string[]
  readonly refused: readonly string[]
}

/** The page `docs/BENCHMARKS.md`. */
export function page({ machine, load, hashing, lowering, commitments, executors, refused }: Benchmarks): string {
  const section = (title: string, lines: readonly string[]): string => `## ${title}\n\n${lines.join('\n')}\n`
  const left = refused.length > 0 ? `\nNot measured, for they do not compile: ${refused.join(', ')}.\n` : ''
  return [
    '# Benchmarks\n',
    'Written by `npm run bench -- --write`; do not edit. Times are processor time, on one thread; figures are medians of several runs, in which what is',
    'compared takes turns. Trust the ratios more than the times: they were taken in the same minutes on the same machine.\n',
    `Machine: ${machine}; load ${load} at the start.\n`,
    section('Hashing', hashing),
    section('Commitments', commitments),
    section('Executors', executors),
    section('Lowering', lowering),
  ]
    .join('\n')
    .concat(left)
}
