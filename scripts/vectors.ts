/** Writes the test vectors of SPEC sections 3, 4, 5 and 9: whole programs byte for byte, invalid kernels with their rules, and the golden cases. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { toHex } from '../dispute-game/merkle/hex.ts'
import { encodeKernel } from '../models/ir/encode.ts'
import { encodeProgramFile } from '../models/ir/file.ts'
import { encodeHeader, headerOf } from '../models/ir/header.ts'
import { Random } from '../models/ir/random.ts'
import { randomProgram } from '../models/ir/random-program.ts'
import { RULES } from '../models/ir/rules.ts'
import type { Port, Program } from '../models/ir/types.ts'
import { validateKernelBytes } from '../models/ir/validate-kernel.ts'
import { programTree } from '../models/trace/program-tree.ts'
import { KERNEL_MUTATIONS } from '../test/differential/kernel-mutations.ts'
import { kernelCaseOf, ownBufferOf, randomSubject, type Subject } from '../test/differential/subject.ts'
import { GOLDEN_FILE, goldenText } from './vectors/golden.ts'

const PROGRAMS = 6
/** Invalid kernels for each rule. */
const INVALID = 3
/** Tries at most. */
const SEEDS = 20_000

function programVector(program: Program) {
  const header = headerOf(program)
  const port = (kind: string) => (spec: { type: Port['type']; count: number }, index: number) => ({
    name: `${kind} ${index}`,
    type: spec.type,
    shape: [spec.count],
  })
  const ports = { inputs: header.inputs.map(port('input')), outputs: header.outputs.map(port('output')) }
  const { metas, bufferRoot, root } = programTree(program)
  return {
    file: toHex(encodeProgramFile(program, ports)),
    header: toHex(encodeHeader(program)),
    metas: metas.map(toHex),
    descriptors: program.kernels.map((kernel) => toHex(encodeKernel(kernel))),
    bufferRoot: toHex(bufferRoot),
    root: toHex(root),
  }
}

function* invalidVectors() {
  const found = new Map<string, number>(RULES.map((rule) => [rule, 0]))
  const mutations = Object.entries(KERNEL_MUTATIONS).filter(([name]) => name !== 'longest')
  for (let seed = 0; seed < SEEDS && [...found.values()].some((count) => count < INVALID); seed++) {
    const [mutation, change] = mutations[seed % mutations.length]!
    const subject = damaged(randomSubject(new Random(seed), change), seed)
    const rule = validateKernelBytes(kernelCaseOf(subject))?.rule
    const count = rule === undefined ? INVALID : found.get(rule)!
    if (rule === undefined || count >= INVALID || subject.metas.length > 8) continue
    found.set(rule, count + 1)
    const { counts, kernel, metas, descriptor } = subject
    yield { rule, mutation, ...counts, kernel, metas: metas.map(toHex), descriptor: toHex(descriptor) }
  }
}

/** Every fifth descriptor is cut and every seventh meta altered, so that `BYTES` and `META` are among the rules. */
function damaged(subject: Subject, seed: number): Subject {
  if (seed % 7 === 0) subject.metas[ownBufferOf(subject)]![seed % 20]! ^= 1
  if (seed % 5 === 0) subject.descriptor = subject.descriptor.slice(0, -1)
  return subject
}

const programs = Array.from({ length: PROGRAMS }, (_, seed) => programVector(randomProgram(new Random(seed))))
mkdirSync('test/vectors', { recursive: true })
writeFileSync('test/vectors/kernels.json', `${JSON.stringify({ programs, invalid: [...invalidVectors()] }, null, 1)}\n`)
writeFileSync(GOLDEN_FILE, goldenText())
