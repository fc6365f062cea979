/** Compares one subject or file on one provider, in a process of its own; the last line that it prints is a `Bits` as JSON. */
import { readFileSync } from 'node:fs'
import { joinVectors } from '@opine/models/exec/executors.ts'
import { providerOf } from '@opine/models/exec/onnxruntime/providers.ts'
import { loadModel } from '@opine/models/load.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { quantised, subjectsHere } from '../support/quantised/make.ts'
import { CPU_WAYS, compareWays } from './compare.ts'
import { floatControl } from './control.ts'
import { evidenceInputs } from './inputs.ts'
import { profileSessions } from './profile.ts'
import type { Bits, Question } from './results.ts'

const { name, provider: asked, inputs: wanted, reference, seconds } = JSON.parse(process.argv[2]!) as Question
const provider = providerOf(asked).name
// As daemons do.
useNativeHashing({ debug: () => {}, warn: () => {} })
joinVectors()

const subject = subjectsHere().find((each) => each.name === name) ?? null
const { program, interface: ports } = loadModel(subject ? quantised(subject) : new Uint8Array(readFileSync(name)))
const inputs = evidenceInputs(program, ports, subject, wanted)
const tell = (done: number): void => {
  if (done % 20 === 0 || done === wanted) process.stderr.write(`${name}, ${provider}: ${done} of ${wanted} inputs\n`)
}
const profile = provider === 'cpu' ? null : profileSessions()
const ways = provider === 'cpu' ? CPU_WAYS : [{ provider }]
const compared = await compareWays(program, inputs, ways, {
  reference: { most: reference, seconds: 10 },
  seconds,
  // A GPU may be software, and slow; other graphs run for a commitment, of the same kernels.
  committed: provider === 'cpu' ? 20 : 1,
  tell,
})

/** Nodes of the runtime's graphs by where they ran, as its profile tells. */
const nodes: Record<string, number> = {}
for (const { provider: place } of profile?.finish().flatMap((runs) => runs.at(-1) ?? []) ?? []) nodes[place] = (nodes[place] ?? 0) + 1

const result: Bits = {
  ...{ name, provider, kernels: program.kernels.length, ...compared },
  nodes,
  control: provider === 'cpu' && subject ? await floatControl(subject) : null,
}
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
