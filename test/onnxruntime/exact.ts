/**
 * Bits and roots of quantised models on the stock runtime against the canonical executor's: `npm run exact -- [--inputs N] [--provider NAME] [--reference N]
 * [FILE.onnx ...]`; 200 inputs on the CPU, at every optimisation level on one and two threads, and the zoo's quantised digits, unless said otherwise.
 * Ends with exit code 1 if a bit differs. For WebGPU without a GPU see docs/OPERATING.md.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { providerOf } from '@opine/models/exec/onnxruntime/providers.ts'
import { loadModel } from '@opine/models/load.ts'
import { CPU_WAYS, compareWays } from './compare.ts'
import { drawings, quantizedDigits } from './subjects.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '200' },
    provider: { type: 'string', default: 'cpu' },
    reference: { type: 'string', default: '2' },
  },
})
const provider = providerOf(values.provider).name
const wanted = Number(values.inputs)
const ways = provider === 'cpu' ? CPU_WAYS : [{ provider }]
const models =
  positionals.length > 0
    ? positionals.map((file) => ({ name: basename(file), file: readFileSync(file) }))
    : [{ name: 'digits', file: quantizedDigits() }]

let differing = 0
for (const { name, file } of models) {
  const { program, interface: ports } = loadModel(new Uint8Array(file))
  const bounds = indexBounds(program)
  const own = positionals.length > 0 ? [] : drawings.slice(0, wanted)
  const inputs = function* (): Generator<readonly Uint8Array[]> {
    yield* own
    for (let seed = own.length; seed < wanted; seed++) yield randomInputs(ports.inputs, seed, bounds)
  }
  for (const { way, bits, values: compared, kernels } of await compareWays(program, inputs(), ways, Number(values.reference))) {
    process.stdout.write(
      `${name}: ${way}: ${bits} differing bits in ${compared} bytes, ${wanted} inputs, ${kernels} of ${program.kernels.length} kernels on the stock runtime\n`,
    )
    differing += bits
  }
}
if (differing > 0) process.exitCode = 1
