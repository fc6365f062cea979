/**
 * Bits and roots of quantised models on the stock runtime against the canonical executor's and the definition's: `npm run exact -- [--subject NAME]
 * [--provider NAME] [--inputs N] [--reference N] [--seconds N] [--jobs N] [--fresh] [--write] [FILE.onnx ...]`. Without files the subjects of
 * `test/support/quantised`, on the CPU (200 inputs, all optimisation levels, one and two threads) and on WebGPU (20), in software where there is no GPU.
 * Ends with exit code 1 if a bit differs. What was found is kept for this version of the code, and asked again with `--fresh`; `--write` writes it
 * into docs/EXACT.md.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { providerOf } from '@opine/models/exec/onnxruntime/providers.ts'
import { subjectsHere } from '../support/quantised/make.ts'
import { SHARED_SUBJECTS } from '../support/quantised/shared-subjects.ts'
import { cpuName, findGpu } from './devices.ts'
import { bitsSection, writeSection } from './page.ts'
import { ask, type Bits, inTurns, type Question } from './results.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string' },
    provider: { type: 'string', multiple: true, default: [] },
    subject: { type: 'string', multiple: true, default: [] },
    reference: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '450' },
    jobs: { type: 'string', default: '2' },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const tell = (text: string): unknown => process.stderr.write(`${text}\n`)
const names = subjectsHere().map(({ name }) => name)
const unknown = values.subject.find((name) => !names.includes(name))
if (unknown !== undefined) throw new Error(`there is no subject "${unknown}" here; there are ${names.join(', ')}`)
const missing = SHARED_SUBJECTS.find(({ skip }) => skip !== false)
if (values.write && (missing || values.subject.length + positionals.length > 0))
  throw new Error(`--write takes all subjects: ${missing?.skip ?? 'leave out --subject and files'}`)
const asked = positionals.length > 0 ? positionals.map((file) => resolve(file)) : values.subject.length > 0 ? values.subject : names

const gpu = values.provider.length === 0 || values.provider.includes('webgpu') ? findGpu() : null
if (gpu) tell(`WebGPU: ${gpu.name}`)
else if (values.write) throw new Error('--write needs WebGPU: no device is found; see docs/OPERATING.md')
const providers =
  values.provider.length > 0 ? values.provider.map((name) => providerOf(name).name) : gpu ? (['cpu', 'webgpu'] as const) : ['cpu' as const]

/** A GPU in software takes seconds for what others do in no time. */
const INPUTS = { cpu: 200, webgpu: 20 } as const
const questions = providers.flatMap((provider) =>
  asked.map((name): Question => {
    const inputs = Number(values.inputs ?? (provider === 'cpu' ? INPUTS.cpu : INPUTS.webgpu))
    const reference = provider === 'cpu' ? Number(values.reference) : 0
    return { name, provider, inputs, reference, seconds: Number(values.seconds) }
  }),
)
const failed: string[] = []
// What takes longest comes last in the tables, and first here: one that is left would leave processors idle.
const results = await inTurns(questions.toReversed(), Number(values.jobs), async (question) => {
  const place = question.provider === 'webgpu' && gpu ? { device: gpu.name, env: gpu.env } : { device: cpuName(), env: process.env }
  const start = performance.now()
  try {
    const bits = await ask<Bits>('exact-child.ts', question, place, values.fresh)
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
