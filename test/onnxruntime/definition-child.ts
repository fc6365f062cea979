/** Lets `reference` run its share of a subject's inputs, unless what it gives is kept; prints for each input the seconds that it took, or `kept`. */
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { evidenceOf } from './inputs.ts'
import { KeptAnswers } from './kept-answers.ts'
import type { Share } from './results.ts'

const { name, inputs: wanted, part, parts } = JSON.parse(process.argv[2]!) as Share
useNativeHashing({ debug: () => {}, warn: () => {} })
const { model, inputs } = evidenceOf(name, wanted)
const kept = new KeptAnswers(model)
let index = 0
for (const own of inputs) {
  if (index++ % parts !== part) continue
  const start = performance.now()
  const known = kept.find(own) !== null
  if (!known) kept.of(own)
  process.stdout.write(known ? 'kept\n' : `${((performance.now() - start) / 1000).toFixed(3)}\n`)
}
