/** Compares random programs with the reference executor: `node test/wasm/fuzz.ts [kernels] [first program]`, 100,000 kernels unless said otherwise. */
import { fuzz } from './compare.ts'

const wanted = Number(process.argv[2] ?? 100_000)
const STEP = 1000

let next = Number(process.argv[3] ?? 0)
let kernels = 0
while (kernels < wanted) {
  kernels += fuzz(next, next + STEP).kernels
  next += STEP
  process.stderr.write(`${kernels} kernels\n`)
}
process.stdout.write(`${kernels} kernels of programs up to ${next}: every bit as in the reference executor\n`)
