/**
 * Runs certified kernels of random networks in any correct way: `npm run fuzz:certify -- [networks] [first network] [--any | --mixed]`; 10,000
 * networks unless said otherwise, or valid programs of any operations, or networks of which some layers calculate in float. Ends with exit code 1 at the first that disagrees with the reference.
 */
import { parseArgs } from 'node:util'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { anyProgram } from './any-program.ts'
import { mixedNet } from './mixed-net.ts'
import { randomNet } from './random-net.ts'
import { trySoundness } from './soundness.ts'

const { values, positionals } = parseArgs({
  options: { any: { type: 'boolean', default: false }, mixed: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const wanted = Number(positionals[0] ?? 10_000)
const from = Number(positionals[1] ?? 0)
const make = values.any ? anyProgram : values.mixed ? mixedNet : randomNet
const STEP = 500
const sum = { networks: 0, kernels: 0, certified: 0, runs: 0, elements: 0 }
for (let next = from; next < from + wanted; next += STEP) {
  const tried = trySoundness(certifyProgram, next, Math.min(next + STEP, from + wanted), 8, make)
  sum.networks += tried.programs
  for (const name of ['kernels', 'certified', 'runs', 'elements'] as const) sum[name] += tried[name]
  if (tried.disagreement !== null) {
    process.stderr.write(`${tried.disagreement}\n`)
    process.exit(1)
  }
}
process.stdout.write(
  `${sum.networks} ${values.any ? 'programs' : 'networks'} from ${from}: ${sum.certified} of ${sum.kernels} kernels certified, ${sum.elements} elements in ${sum.runs} executions by any arithmetic: every one as in the reference\n`,
)
