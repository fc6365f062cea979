/**
 * Bits and roots of quantised models on the stock runtime against the canonical executor's and the definition's: `npm run exact -- [--subject NAME]
 * [--provider NAME] [--inputs N] [--reference N] [--reference-only] [--seconds N] [--jobs N] [--fresh] [--write] [FILE.onnx ...]`. Without files the
 * subjects of `test/support/quantised`, on the CPU (200 inputs, all optimisation levels, one and two threads) and on WebGPU (20), in software where there is
 * no GPU. Ends with exit code 1 if a bit differs. What was found is kept for this version of the code, and asked again with `--fresh`; `--write` writes it
 * into docs/EXACT.md. `reference` runs all of the inputs, which takes an hour of a processor, or the first N; what it gives is kept for as long as it
 * cannot give anything else, and `--reference-only` is for that alone.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readFile } from '@opine/cli/files.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { providerOf } from '@opine/models/exec/onnxruntime/providers.ts'
import { loadModel } from '@opine/models/load.ts'
import { subjectsHere } from '../support/quantised/make.ts'
import { SHARED_SUBJECTS } from '../support/quantised/shared-subjects.ts'
import { runByReference } from './by-reference.ts'
import { cpuName, findGpu } from './devices.ts'
import { bitsSection, writeSection } from './page.ts'
import { ask, type Bits, inTurns, type Question } from './results.ts'
import { tellUsage } from './usage.ts'

tellUsage(
  'npm run exact -- [--subject NAME] [--provider NAME] [--inputs N] [--reference N] [--reference-only] [--seconds N] [--jobs N] [--fresh] [--write] [FILE.onnx ...]',
)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string' },
    provider: { type: 'string', multiple: true, default: [] },
    subject: { type: 'string', multiple: true, default: [] },
    reference: { type: 'string' },
    'reference-only': { type: 'boolean', default: false },
    seconds: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const tell = (text: string): unknown => process.stderr.write(`${text}\n`)
const names = subjectsHere().map(({ name }) => name)
const unknown = values.subject.find((name) => !names.includes(name))
if (unknown !== undefined) throw new OpineError('USAGE', `there is no subject "${unknown}" here; there are ${names.join(', ')}`)
const missing = SHARED_SUBJECTS.find(({ skip }) => skip !== false)
if (values.write && (missing || values.subject.length + positionals.length > 0))
  throw new OpineError('USAGE', `--write takes all subjects: ${missing?.skip ?? 'leave out --subject and files'}`)
for (const file of positionals) loadModel(new Uint8Array(readFile(file)))
const asked = positionals.length > 0 ? positionals.map((file) => resolve(file)) : values.subject.length > 0 ? values.subject : names

const compared = !values['reference-only']
const gpu = compared && (values.provider.length === 0 || values.provider.includes('webgpu')) ? findGpu() : null
if (gpu) tell(`WebGPU: ${gpu.name}`)
else if (values.write) throw new OpineError('USAGE', '--write needs WebGPU: no device is found; see docs/OPERATING.md')
const providers =
  values.provider.length > 0 ? values.provider.map((name) => providerOf(name).name) : gpu ? (['cpu', 'webgpu'] as const) : ['cpu' as const]

/** A GPU in software takes seconds for what others do in no time. Seconds are for a subject, and only end what would not end. */
const BOUNDS = { cpu: { inputs: 200, seconds: 1200 }, webgpu: { inputs: 20, seconds: 2400 } } as const
const questions = providers.flatMap((provider) =>
  asked.map((name): Question => {
    const bounds = provider === 'cpu' ? BOUNDS.cpu : BOUNDS.webgpu
    const inputs = Number(values.inputs ?? bounds.inputs)
    const reference = Math.min(inputs, Number(values.reference ?? inputs))
    return { name, provider, inputs, reference, seconds: Number(values.seconds ?? bounds.seconds) }
  }),
)
const jobs = Number(values.jobs)
// What takes longest comes last in the tables, and first here: one that is left would leave processors idle.
const defined = asked.toReversed().map((name) => {
  const own = questions.filter((question) => question.name === name)
  return { name, inputs: Math.max(...own.map(({ reference }) => reference)) }
})
// One process alone is as quick when it compares at once.
if (jobs > 1 || !compared) await runByReference(defined, jobs)
if (!compared) process.exit(0)

const failed: string[] = []
const results = await inTurns(questions.toReversed(), jobs, async (question) => {
  const place = question.provider === 'webgpu' && gpu ? { device: gpu.name, env: gpu.env } : { device: cpuName(), env: process.env }
  const start = performance.now()
  try {
    const bits = await ask<Bits>('exact-child.ts', question, place, values.fresh)
    if (bits.referenced > 0)
      process.stdout.write(`${bits.name}: reference: the bytes and roots of wasm, ${bits.referenced} of ${bits.ways[0]!.inputs} inputs\n`)
    for (const { way, bits: differing, values: compared, inputs, kernels } of bits.ways) {
      const stock = kernels > 0 ? `, ${kernels} of ${bits.kernels} kernels on the stock runtime` : ''
      process.stdout.write(`${bits.name}: ${way}: ${differing} differing bits in ${compared} bytes, ${inputs} inputs${stock}\n`)
      if (differing > 0) failed.push(`${bits.name}, ${way}`)
    }
    tell(`${question.name}, ${question.provider}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`)
    return bits
  } catch (error) {
    tell(`${question.name}, ${question.provider}: ${(error as Error).message}`)
    failed.push(`${question.name}, ${question.provider}`)
    return null
  }
})
if (failed.length > 0) {
  tell(`not exact, or not found out: ${failed.join('; ')}`)
  process.exitCode = 1
} else if (values.write && gpu) {
  writeSection(
    'Bits',
    bitsSection(
      results.toReversed().filter((bits) => bits !== null),
      { cpu: cpuName(), gpu: gpu.name },
    ),
  )
}
