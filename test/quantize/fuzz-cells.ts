/** Drawn recurrent cells, quantised and certified, on `wasm` and `reference`: `npm run fuzz:cells -- [COUNT] [SEED]`. Ends with exit code 1 if one is wrong. */
import { tryCell } from './random-cells.ts'

const [count = 200, first = 0] = process.argv.slice(2).map(Number)
const least: number[] = []
let bad = 0
for (let seed = first; seed < first + count; seed++) {
  const { title, wrong, decibels } = tryCell(seed)
  least.push(Math.min(...decibels))
  if (wrong === null) continue
  bad += 1
  process.stdout.write(`${title}: ${wrong}\n`)
}
least.sort((a, b) => a - b)
const share = (part: number): number => least[Math.floor(part * (least.length - 1))]!
process.stdout.write(
  `${count} cells from seed ${first}: ${bad} wrong; least decibels of an output ${share(0)}, of one in twenty ${share(0.05)}, median ${share(0.5)}\n`,
)
if (bad > 0) process.exitCode = 1
