import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { median } from '@opine/cli/median.ts'
import type { Subject } from './subjects.ts'
import { milliseconds, table } from './table.ts'

const CHILD = join(import.meta.dirname, 'start-child.ts')
const PHASES = ['prepare', 'first', 'again', 'second'] as const

type Start = Readonly<Record<(typeof PHASES)[number], number>>

/** The table of starting: a program compiled and its constants laid out, then two runs, each model in a new process. */
export function startTable(subjects: readonly Subject[], rounds: number): string[] {
  const rows = subjects.map(({ name, file }) => {
    const starts = Array.from(
      { length: rounds },
      () => JSON.parse(execFileSync(process.execPath, [CHILD, file], { encoding: 'utf8' })) as Start,
    )
    return [name, ...PHASES.map((phase) => milliseconds(median(starts.map((start) => start[phase]))))]
  })
  return [
    'From a validated program to one that is compiled, its constants laid out; then two runs with the roots of what is committed. Each in a new process, by',
    'the clock on the wall. The second run finds the compiled program: `again` is what asking for it takes.',
    '',
    ...table(['model', 'compiling and laying out', 'first run', 'again', 'second run'], rows),
  ]
}
