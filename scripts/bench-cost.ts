/**
 * Measures how the time of an inference grows with its work, and prints it; takes a minute. `--write` also writes docs/bench-cost.svg and the section
 * of docs/BENCHMARKS.md; `--quick` takes one sample of each.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { useJoinedVectors } from '../models/exec/wasm/node/joining-engine.ts'
import { costSection } from '../test/bench/cost.ts'
import { load, machine } from '../test/bench/machine.ts'
import { withSection } from '../test/bench/page.ts'

const PAGE = 'docs/BENCHMARKS.md'
const PLOT = 'docs/bench-cost.svg'
const args = process.argv.slice(2)

useJoinedVectors()
const busy = load()
const { lines, svg } = await costSection(args.includes('--quick') ? 1 : 11)
const text = [`By \`npm run bench:cost -- --write\`. Machine: ${machine()}; load ${busy} at the start.`, '', ...lines].join('\n')
process.stdout.write(`${text}\n`)
if (args.includes('--write')) {
  writeFileSync(PLOT, svg)
  writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), 'Cost', text))
}
