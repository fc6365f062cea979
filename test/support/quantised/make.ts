import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { SHARED_SUBJECTS } from './shared-subjects.ts'
import { floatModel, type Subject } from './subject.ts'
import { ZOO_SUBJECTS } from './zoo-subjects.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** Not part of the repository; whoever deletes it loses minutes. */
export const CACHE = join(ROOT, 'node_modules/.cache/opine-exact')

/** What any result depends on. */
const CODE = [
  'package-lock.json',
  ...[
    'models/**/*.ts',
    'models/zoo/exact/*.onnx',
    'dispute-game/merkle/*.ts',
    'node-kit/native-hash.ts',
    'test/support/{quantised/*,pictures,faces,best-float}.ts',
  ],
  'test/onnxruntime/{bits,compare,control,definition,float-peer,inputs,interleave,kept-answers,profile,exact-child,speed-child}.ts',
]

/** All that are there: the zoo's, and those of others where the shared folder is. */
export const subjectsHere = (): Subject[] => [...ZOO_SUBJECTS, ...SHARED_SUBJECTS.filter(({ skip }) => skip === false)]

/** Of the code that makes, runs and compares models: what was found with other code is not what this code finds. */
export function codeVersion(): string {
  const hash = createHash('sha256')
  const files = globSync(CODE, { cwd: ROOT }).filter((name) => !name.endsWith('.test.ts'))
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(ROOT, file)))
  return hash.digest('hex').slice(0, 16)
}

/** The exact model: the zoo's own, or one that is made for TF32's operands and so for all but binary16's, once for a version of the code, from the float model's bytes. */
export function quantised(subject: Subject): Uint8Array {
  const { name, file, exact, dims, draw } = subject
  if (typeof exact === 'string') return new Uint8Array(readFileSync(exact))
  const { bits, calibration } = exact
  const source = createHash('sha256')
    .update(readFileSync(file))
    .update(JSON.stringify([bits, calibration, dims]))
    .digest('hex')
    .slice(0, 16)
  const kept = join(CACHE, `${name}-${source}-${codeVersion()}.onnx`)
  if (existsSync(kept)) return new Uint8Array(readFileSync(kept))
  const examples = Array.from({ length: calibration }, (_, seed) => draw(seed))
  const made = quantize(floatModel(subject), examples, { providers: 'tf32', activationBits: bits, dims })
  mkdirSync(CACHE, { recursive: true })
  // Whole or not at all: two processes may make it at once.
  writeFileSync(`${kept}.${process.pid}`, made.file)
  renameSync(`${kept}.${process.pid}`, kept)
  return made.file
}
