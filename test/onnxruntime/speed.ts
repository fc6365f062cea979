/**
 * Quantised models with their commitments against the float models on the stock runtime in their best form, in turns, on the same provider and threads:
 * `npm run speed -- [--subject NAME] [--provider NAME] [--threads N] [--rounds N] [--seconds N] [--fresh] [--write]`. Without options SqueezeNet,
 * super-resolution, UltraFace, MNIST and digits on the CPU, on one and two threads, and on WebGPU. `--write` writes docs/EXACT.md.
 */
import { parseArgs } from 'node:util'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { providerOf } from '@opine/models/exec/onnxruntime/providers.ts'
import { load } from '../bench/machine.ts'
import { subjectsHere } from '../support/quantised/make.ts'
import { cpuName, findGpu } from './devices.ts'
import { speedSection, writeSection } from './page.ts'
import { ask, inTurns } from './results.ts'
import type { Speed, SpeedQuestion } from './speed-result.ts'
import { tellUsage } from './usage.ts'

const TIMED = ['SqueezeNet', 'super-resolution', 'UltraFace', 'MNIST', 'digits']

tellUsage('npm run speed -- [--subject NAME] [--provider NAME] [--threads N] [--rounds N] [--seconds N] [--fresh] [--write]')
const { values } = parseArgs({
  options: {
    subject: { type: 'string', multiple: true, default: [] },
    provider: { type: 'string', multiple: true, default: [] },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '20' },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const tell = (text: string): unknown => process.stderr.write(`${text}\n`)
const here = subjectsHere().map(({ name }) => name)
const names = values.subject.length > 0 ? values.subject : TIMED
const absent = names.find((name) => !here.includes(name))
if (absent !== undefined && (values.write || values.subject.length > 0))
  throw new OpineError('USAGE', `there is no subject "${absent}" here; there are ${here.join(', ')}`)
if (values.write && values.subject.length > 0) throw new OpineError('USAGE', '--write takes all subjects: leave out --subject')

const gpu = values.provider.length === 0 || values.provider.includes('webgpu') ? findGpu() : null
if (values.write && !gpu) throw new OpineError('USAGE', '--write needs WebGPU: no device is found; see docs/OPERATING.md')
const providers =
  values.provider.length > 0 ? values.provider.map((name) => providerOf(name).name) : gpu ? (['cpu', 'webgpu'] as const) : ['cpu' as const]
const busy = load()
const questions = providers.flatMap((provider) =>
  names
    .filter((name) => here.includes(name))
    .flatMap((name) =>
      (provider === 'cpu' ? values.threads.split(',').map(Number) : [1]).map(
        (threads): SpeedQuestion => ({ name, provider, threads, rounds: Number(values.rounds), seconds: Number(values.seconds) }),
      ),
    ),
)
const failed: string[] = []
const results = await inTurns(questions, 1, async (question) => {
  const name = `${question.name}, ${question.provider}, threads: ${question.threads}`
  tell(name)
  const place = question.provider === 'webgpu' && gpu ? { device: gpu.name, env: gpu.env } : { device: cpuName(), env: process.env }
  try {
    return await ask<Speed>('speed-child.ts', question, place, values.fresh)
  } catch (error) {
    tell((error as Error).message)
    failed.push(name)
    process.exitCode = 1
    return null
  }
})
const found = results.filter((speed) => speed !== null)
const section = speedSection(found, { cpu: cpuName(), gpu: gpu?.name ?? 'none here', load: busy })
const whole = failed.length > 0 ? `${section}\n\nNot measured, for it failed: ${failed.join('; ')}.` : section
process.stdout.write(`${whole}\n`)
if (values.write) writeSection('Speed', whole)
