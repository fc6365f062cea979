/**
 * One line a model: its kernels, the CPU seconds of a certificate, and the digests of its certificates for three demands. `npm run certify:digests -- [FILES]`: of
 * ONNX and program files, or of the zoo, what is made exact of it and of others' models, and an LSTM of 256 steps. Lines of two versions of the code are the same but
 * for the seconds.
 */
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { PROVIDER_CLASSES } from '@opine/models/certify/classes.ts'
import { encodeCertificate } from '@opine/models/certify/file.ts'
import { loadModel } from '@opine/models/load.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { drawSequence, type RecurrentForm, recurrentNetwork } from '../quantize/recurrent-networks.ts'
import { quantised } from '../support/quantised/make.ts'
import { SHARED_SUBJECTS } from '../support/quantised/shared-subjects.ts'

const ZOO = join(import.meta.dirname, '../../models/zoo')
const LONG: RecurrentForm = { op: 'LSTM', direction: 'forward', states: true, biased: true, steps: 256 }

function longSequence(): Uint8Array {
  const examples = [0, 1, 2, 3].map((seed) => drawSequence(LONG, seed))
  return quantize(decodeModel(recurrentNetwork(LONG)), examples, { providers: 'tf32' }).file
}

function* models(paths: readonly string[]): Generator<readonly [name: string, file: Uint8Array]> {
  for (const path of paths) yield [basename(path), readFileSync(path)]
  if (paths.length > 0) return
  for (const path of globSync('{*,exact}/*.onnx', { cwd: ZOO }).sort()) yield [path, readFileSync(join(ZOO, path))]
  for (const subject of SHARED_SUBJECTS) if (subject.skip === false) yield [`${subject.name}, exact`, quantised(subject)]
  yield ['LSTM of 256 steps, exact', longSequence()]
}

for (const [name, file] of models(process.argv.slice(2))) {
  const { program } = loadModel(file)
  const before = process.cpuUsage()
  certifyProgram(program)
  const { user, system } = process.cpuUsage(before)
  const digests = [['f32'] as const, ['tf32'] as const, PROVIDER_CLASSES].map((classes) => {
    const hash = createHash('sha256').update(encodeCertificate(certifyProgram(program, { classes })))
    return hash.digest('hex').slice(0, 16)
  })
  process.stdout.write(`${name}: ${program.kernels.length} kernels, ${((user + system) / 1e6).toFixed(2)} s, ${digests.join(' ')}\n`)
}
