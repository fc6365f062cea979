/**
 * Sends 500 requests at once to one operator, a process on an anvil node, and prints how fast they are answered and settled and what bounds that.
 * `--write` also puts it into docs/BENCHMARKS.md; `--quick` sends 20, to see whether it all runs. Runs take turns; figures are of
 * the median of three runs, or of one with `--once`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { loadSection, type NamedRun } from '../test/bench/load/report.ts'
import { type LoadRun, serveLoad } from '../test/bench/load/serve-load.ts'
import { load, machine } from '../test/bench/machine.ts'
import { withSection } from '../test/bench/page.ts'

const PAGE = 'docs/BENCHMARKS.md'
const args = process.argv.slice(2)
const quick = args.includes('--quick')
const [requests, rounds] = [quick ? 20 : 500, quick || args.includes('--once') ? 1 : 3]
const CHAINS = [
  { name: 'blocks at once', blockTime: undefined },
  { name: 'blocks of 1 s', blockTime: 1 },
] as const

const busy = load()
const runs = CHAINS.map(({ name }) => ({ name, runs: [] as LoadRun[] }))
for (let round = 0; round < rounds; round++) {
  for (const [index, { name, blockTime }] of CHAINS.entries()) {
    process.stderr.write(`${name}, ${round + 1} of ${rounds}\n`)
    runs[index]!.runs.push(await serveLoad(requests, blockTime))
  }
}
const middle: NamedRun[] = runs.map(({ name, runs }) => ({
  name,
  run: runs.toSorted((a, b) => a.answering - b.answering)[Math.floor(runs.length / 2)]!,
}))
const text = [
  `Machine: ${machine()}; load ${busy} at the start, which counts here. Of ${rounds} ${rounds === 1 ? 'run' : 'runs'} of each, the one in the middle.\n`,
  ...loadSection(middle, ['npm run bench:load', ...(args.length > 0 ? ['--', ...args] : [])].join(' ')),
]
process.stdout.write(`${text.join('\n')}\n`)
if (args.includes('--write')) writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), 'Load', text.join('\n')))
