/**
 * Plays random schedules of liars, delays, sham challenges and reorganisations over the contracts and checks the invariants after each:
 * `npm run simulate -- --schedules 3000 --from 0 --workers 2`. A violation is printed with its seed; `--seed N` plays that one again, told.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { range, simulate } from '../test/adversary/run.ts'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    workers: { type: 'string', default: '1' },
    seed: { type: 'string' },
    part: { type: 'boolean', default: false },
  },
})

const whole = (name: 'schedules' | 'from' | 'workers' | 'seed'): number => {
  const text = values[name] ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text)
  process.stderr.write(`error OPTION_INVALID: --${name} must be a whole number, got "${text.slice(0, 40)}"\n`)
  process.exit(1)
}

/** What a worker tells of a schedule. */
type Line = { seed: number; violations: string[]; games: number; deeds: number; ticks: number; reorganisations: number; lies: number }

async function playPart(seeds: readonly number[], told: (line: Line) => void): Promise<void> {
  const tell = values.seed === undefined ? {} : { tell: (line: string) => process.stdout.write(`${line}\n`) }
  for await (const { seed, story, violations } of simulate(seeds, tell)) {
    const { ticks = 0, deeds = 0, reorganisations = 0, facts } = story ?? {}
    const lies = facts?.assertions.filter(({ status }) => status === 'DEFEATED').length ?? 0
    told({ seed, violations: [...violations], games: facts?.games.length ?? 0, deeds, ticks, reorganisations, lies })
  }
}

/** The same in a process of its own: one chain takes one core. */
function spawnPart(from: number, count: number, told: (line: Line) => void): Promise<void> {
  const args = [...process.execArgv, import.meta.filename, '--part', '--from', String(from), '--schedules', String(count)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', (line) => told(JSON.parse(line) as Line))
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`))))
  })
}

const [from, count] = values.seed === undefined ? [whole('from'), whole('schedules')] : [whole('seed'), 1]
if (values.part) {
  await playPart(range(from, count), (line) => process.stdout.write(`${JSON.stringify(line)}\n`))
  process.exit(0)
}
const sums = { schedules: 0, deeds: 0, games: 0, lies: 0, ticks: 0, reorganisations: 0, violations: 0 }
const started = performance.now()
const take = (line: Line): void => {
  sums.schedules++
  for (const name of ['deeds', 'games', 'lies', 'ticks', 'reorganisations'] as const) sums[name] += line[name]
  if (line.violations.length > 0) {
    sums.violations++
    process.stdout.write(`seed ${line.seed}:\n  ${line.violations.join('\n  ')}\n`)
  }
  if (process.stderr.isTTY || sums.schedules % 100 === 0)
    process.stderr.write(`${sums.schedules} of ${count} schedules, ${sums.violations} violated\n`)
}
const workers = Math.min(Math.max(1, whole('workers')), count)
if (workers === 1) await playPart(range(from, count), take)
else {
  const starts = range(0, workers + 1).map((worker) => from + Math.floor((count * worker) / workers))
  await Promise.all(starts.slice(0, -1).map((first, worker) => spawnPart(first, starts[worker + 1]! - first, take)))
}
const seconds = Math.round((performance.now() - started) / 1000)
process.stdout.write(
  `${sums.schedules} schedules: ${sums.deeds} deeds, ${sums.games} games, ${sums.lies} lies fallen, ${sums.reorganisations} reorganisations, ${seconds} s; ${sums.violations} violated an invariant\n`,
)
process.exit(sums.violations > 0 ? 1 : 0)
