/**
 * Compares random programs with the reference executor: `npm run fuzz -- [kernels] [first program] [--threads N]`; 100,000 kernels by one thread
 * unless said otherwise. Several threads cut every step as finely as can be. Programs as small as these run as the engine's quick compiler leaves
 * them; `--optimised` has its optimising compiler at work, and `--joined` that join vectors as well.
 */
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { useJoinedVectors } from '@opine/models/exec/wasm/node/joining-engine.ts'
import { fuzz } from './compare.ts'
import { executorOn, FINEST } from './teams.ts'

const { values, positionals } = parseArgs({
  options: { threads: { type: 'string', default: '1' }, optimised: { type: 'boolean' }, joined: { type: 'boolean' } },
  allowPositionals: true,
})
if (values.joined && !useJoinedVectors()) throw new Error('this engine or processor cannot join vectors')
if (values.optimised) setFlagsFromString('--no-liftoff')
const wanted = Number(positionals[0] ?? 100_000)
const threads = Number(values.threads)
const executor = executorOn(threads, FINEST)
const STEP = 100

let next = Number(positionals[1] ?? 0)
let kernels = 0
let told = 0
while (kernels < wanted) {
  kernels += fuzz(next, next + STEP, executor).kernels
  next += STEP
  if (kernels - told >= 2500) process.stderr.write(`${kernels} kernels\n`)
  if (kernels - told >= 2500) told = kernels
  // What threads have to say is heard.
  await new Promise((resolve) => setImmediate(resolve))
}
const by = threads === 1 ? 'one thread' : `${threads} threads`
const how = `${values.optimised ? ', optimised' : ''}${values.joined ? ', vectors joined' : ''}`
process.stdout.write(`${kernels} kernels of programs up to ${next} by ${by}${how}: every bit as in the reference executor\n`)
await executor.close()
