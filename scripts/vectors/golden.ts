/** The golden cases that daemons run on their executor before the first stake. `node scripts/vectors/golden.ts` writes the file. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import type { GoldenCase } from '@opine/models/golden/golden.ts'
import { encodeProgramFile } from '@opine/models/ir/file.ts'
import { OPCODES } from '@opine/models/ir/opcodes.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomInputs, randomProgram } from '@opine/models/ir/random-program.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'

export const GOLDEN_FILE = join(import.meta.dirname, '../../models/golden/vectors/cases.ts')

/** Bytes of a program file; larger ones would make the package large. */
const LIMIT = 3000
const SEEDS = 400
/** Programs that have an operation, each on values of its own. */
const TIMES = 4

function goldenCase(name: string, program: Program, inputs: readonly Uint8Array[]): GoldenCase {
  const trace = buildTrace(program, inputs, execute)
  return {
    name,
    file: toHex(fileOf(program)),
    input: toHex(concatBytes(...inputs)),
    program: toHex(programTree(program).root),
    kernels: trace.trees.map((tree) => toHex(rootOf(tree))),
    root: toHex(rootOf(traceTree(trace, new Uint8Array(32)))),
  }
}

function fileOf(program: Program): Uint8Array {
  const inputs = program.inputs.map(({ type, count }, index) => ({ name: `input ${index}`, type, shape: [count] }))
  const outputs = program.outputs.map((kernel, index) => {
    const { storeType: type, shape } = program.kernels[kernel]!
    return { name: `output ${index}`, type, shape: [...shape] }
  })
  return encodeProgramFile(program, { inputs, outputs })
}

/** What of an executor a program asks for: operations, reductions, and types. */
const featuresOf = ({ kernels }: Program): Set<string> =>
  new Set(
    kernels.flatMap(({ storeType, term, result, reduce }) => [
      `store ${storeType}`,
      ...(reduce ? [`fold ${reduce.op}`] : []),
      ...[...term, ...result].map(({ op }) => op),
    ]),
  )

/** Few random programs that together have every operation several times: greedily, the one that adds most. */
export function goldenCases(): GoldenCase[] {
  const network = sampleNetwork()
  const covered = new Map<string, number>()
  const cover = (program: Program): void => {
    for (const feature of featuresOf(program)) covered.set(feature, (covered.get(feature) ?? 0) + 1)
  }
  const lacks = (feature: string): boolean => (covered.get(feature) ?? 0) < TIMES
  cover(network)
  const cases = [goldenCase('network', network, [sampleImage(7)])]
  const pool = Array.from({ length: SEEDS }, (_, seed) => ({ seed, program: randomProgram(new Random(seed)) }))
    .filter(({ program }) => fileOf(program).length <= LIMIT)
    .map((entry) => ({ ...entry, features: [...featuresOf(entry.program)] }))
  for (;;) {
    const best = pool.reduce((a, b) => (b.features.filter(lacks).length > a.features.filter(lacks).length ? b : a))
    if (!best.features.some(lacks)) break
    pool.splice(pool.indexOf(best), 1)
    const random = new Random(best.seed)
    const inputs = randomInputs(random, best.program)
    cases.push(goldenCase(`random ${best.seed}`, best.program, inputs))
    cover(best.program)
  }
  const missing = Object.keys(OPCODES).filter(lacks)
  if (missing.length > 0) throw new Error(`too few golden cases have ${missing.join(', ')}; look at more seeds`)
  return cases
}

/** The file as it is written. */
export function goldenText(): string {
  const about = '/** Written by scripts/vectors/golden.ts from the reference executor; see `checkGolden`. */'
  const type = "import type { GoldenCase } from '../golden.ts'"
  return `${type}\n\n${about}\nexport const GOLDEN_CASES: readonly GoldenCase[] = ${JSON.stringify(goldenCases(), null, 1)}\n`
}

if (import.meta.main) writeFileSync(GOLDEN_FILE, goldenText())
