/** Compares one subject or file on one provider, in a process of its own; the last line that it prints is a `Bits` as JSON. */
import { joinVectors } from '@opine/models/exec/executors.ts'
import { providerOf } from '@opine/models/exec/onnxruntime/providers.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { CPU_WAYS, compareWays } from './compare.ts'
import { floatControl } from './control.ts'
import { evidenceOf } from './inputs.ts'
import { KeptAnswers } from './kept-answers.ts'
import { profileSessions } from './profile.ts'
import type { Bits, Question } from './results.ts'
import { tellUsage } from './usage.ts'

tellUsage()
const { name, provider: asked, inputs: wanted, reference, seconds } = JSON.parse(process.argv[2]!) as Question
const provider = providerOf(asked).name
// As daemons do.
useNativeHashing({ debug: () => {}, warn: () => {} })
joinVectors()

const { model, subject, inputs } = evidenceOf(name, wanted)
const { program } = model
const kept = new KeptAnswers(model)
const tell = (done: number): void => {
  if (done % 20 === 0 || done === wanted) process.stderr.write(`${name}, ${provider}: ${done} of ${wanted} inputs\n`)
}
const profile = provider === 'cpu' ? null : profileSessions()
const ways = provider === 'cpu' ? CPU_WAYS : [{ provider }]
const compared = await compareWays(program, inputs, ways, {
  definition: (own, number) => (number < reference ? kept.of(own) : null),
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
