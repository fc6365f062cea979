import { Command } from 'commander'
import { runCase } from '../conformance/case.ts'
import { type Entry, readIndex } from '../conformance/entry.ts'
import { supportTable } from '../conformance/support-table.ts'
import { type Judged, type Tally, tally } from '../conformance/tally.ts'
import { requireFolderOf, writeFile } from '../files.ts'
import { print, printJson, progress, table } from '../output.ts'

type Options = { readonly table?: string; readonly json?: true }

/** How often progress is told, in cases. */
const TELL_EVERY = 100

export const conformanceCommand = (): Command =>
  new Command('conformance')
    .description("run ONNX's backend tests through the compiler and the reference executor")
    .argument('<folder>', 'with an index.json and SUITE/TEST/model.onnx, test_data_set_*/input_*.pb and output_*.pb')
    .option('--table <file>', 'write the page of supported operators, Markdown')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
A case is unsupported if compiling it gives a typed error. Ends with exit code 1 if any result is wrong.

Examples:
  opine model conformance $OPINE_SHARED/conformance
  opine model conformance $OPINE_SHARED/conformance --table docs/OPERATORS.md --json`,
    )
    .action((folder: string, options: Options) => {
      const entries = readIndex(folder)
      if (options.table !== undefined) requireFolderOf(options.table)
      const cases = runAll(folder, entries)
      const result = tally(cases)
      if (options.table !== undefined) writeFile(options.table, supportTable(folder, cases))
      if (options.json) printJson(result)
      else print(...report(result, entries.length))
      if (result.failed > 0) process.exitCode = 1
    })

function runAll(folder: string, entries: readonly Entry[]): Judged[] {
  return entries.map((entry, done) => {
    const outcome = runCase(folder, entry)
    if ((done + 1) % TELL_EVERY === 0 || done + 1 === entries.length) progress(`${done + 1} of ${entries.length} cases`)
    return { entry, outcome }
  })
}

function report({ operators, failures, ...counts }: Tally, cases: number): string[] {
  const rows = operators.map(({ operator, passed, failed, unsupported }) => [operator, ...[passed, failed, unsupported].map(String)])
  const refused = new Set(operators.flatMap(({ reasons }) => reasons))
  const percent = cases === 0 ? 0 : (100 * counts.passed) / cases
  return [
    ...table([['operator', 'passed', 'failed', 'unsupported'], ...rows]),
    ...[...refused].map((reason) => `unsupported  ${reason}`),
    ...failures.map(({ suite, test, reason, difference }) => {
      const size = difference === null ? '' : `; largest difference ${difference.toExponential(2)}`
      return `FAILED  ${suite}/${test}: ${reason}${size}`
    }),
    `${counts.passed} passed, ${counts.failed} failed, ${counts.unsupported} unsupported; ${percent.toFixed(1)} % of ${cases} cases pass`,
  ]
}
