/**
 * Measures hashing, commitments, executors and lowering against peers in the same run, and prints tables; takes a few minutes.
 * `--write` also writes docs/BENCHMARKS.md; `--quick` takes one sample of each and small trees, to see whether it all runs; `--threads 1,2,4` says on how
 * many threads models run in the table of threads.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { useJoinedVectors } from '../models/exec/wasm/node/joining-engine.ts'
import type { CompiledModel } from '../models/lower/compile.ts'
import { commitmentTable } from '../test/bench/commitment.ts'
import { executorTable } from '../test/bench/executors.ts'
import { hashingTable } from '../test/bench/hashing.ts'
import { loweringTable } from '../test/bench/lowering.ts'
import { load, machine } from '../test/bench/machine.ts'
import { memoryTable } from '../test/bench/memory.ts'
import { type Benchmarks, page, sectionOf } from '../test/bench/page.ts'
import { startTable } from '../test/bench/start-up.ts'
import { compiled, type Subject, subjects } from '../test/bench/subjects.ts'
import { threadTable } from '../test/bench/threads.ts'
import { tileTable } from '../test/bench/tiles.ts'

const PAGE = 'docs/BENCHMARKS.md'
const { values: options } = parseArgs({
  options: { write: { type: 'boolean' }, quick: { type: 'boolean' }, threads: { type: 'string', default: '1,2,4' } },
})
const quick = options.quick === true
const threads = options.threads
  .split(',')
  .map(Number)
  .filter((count) => count <= availableParallelism())

const models: (readonly [Subject, CompiledModel])[] = []
const refused: string[] = []
for (const subject of subjects()) {
  const model = compiled(subject)
  if (typeof model === 'string') refused.push(`${subject.name} (${model})`)
  else models.push([subject, model])
}

const busy = load()
useJoinedVectors()
const measured = (table: string, lines: () => string[] | Promise<string[]>): string[] | Promise<string[]> => {
  process.stderr.write(`${table}\n`)
  return lines()
}
const drawn = models.map(([subject]) => subject)
const tables: Benchmarks['tables'] = {
  Hashing: await measured('hashing', () => hashingTable((quick ? 1 : 32) * 2 ** 20, quick ? 1 : 5)),
  Commitments: await measured('commitments', () => commitmentTable(models, quick ? 1 : 21)),
  Executors: await measured('executors', () => executorTable(models, quick ? 1 : 11)),
  Tiles: await measured('tiles', () => tileTable(quick ? 1 : 11)),
  Memory: await measured('memory', () => memoryTable(models, quick ? 1 : 3)),
  Threads: await measured('threads', () => threadTable(models, threads, quick ? 1 : 11)),
  Starting: await measured('starting', () => startTable(drawn, quick ? 1 : 3)),
  Lowering: await measured('lowering', () => loweringTable(drawn, quick ? 1 : 3)),
}
const text = page({ machine: machine(), load: busy, tables, refused })
process.stdout.write(text)
if (options.write) {
  // What other commands wrote stays.
  const others = ['Cost', 'Load'].map((title) => sectionOf(readFileSync(PAGE, 'utf8'), title))
  writeFileSync(PAGE, `${[text, ...others.filter(Boolean)].map((part) => part.trimEnd()).join('\n\n')}\n`)
}
