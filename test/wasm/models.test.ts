import { readFileSync } from 'node:fs'
import { after, describe, it } from 'node:test'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { checkGolden } from '@opine/models/golden/golden.ts'
import { GOLDEN_CASES } from '@opine/models/golden/vectors/cases.ts'
import { product, termCount } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { optionsFor, subjects } from '../bench/subjects.ts'
import { firstDifference } from './compare.ts'
import { executorOn, FINEST } from './teams.ts'

/** The reference executor takes half a minute for more; `OPINE_ALL=1` compares these too. */
const MOST = process.env.OPINE_ALL ? Number.POSITIVE_INFINITY : 4e8

const compiled = subjects().map(({ name, file }) => {
  const { program, interface: ports } = compile(new Uint8Array(readFileSync(file)), optionsFor(file))
  return { name, program, ports, terms: program.kernels.reduce((sum, kernel) => sum + product(kernel.shape) * termCount(kernel), 0) }
})

/** As daemons and CLI cut the work; the golden cases, which are small, also as finely as can be. */
const executors = [1, 2, 4].map((threads) => executorOn(threads))
const finest = [2, 4].map((threads) => executorOn(threads, FINEST))

describe('the WebAssembly executor on 1, 2 and 4 threads', () => {
  after(() => Promise.all([...executors, ...finest].map((executor) => executor.close())))

  it('passes the golden cases', async () => {
    for (const { execute, commit } of [...executors, ...finest]) await checkGolden(GOLDEN_CASES, { name: 'wasm', execute, commit })
  })

  for (const { name, program, ports, terms } of compiled.filter((each) => each.terms <= MOST)) {
    it(`computes every bit of ${name} as the reference executor does`, () => {
      for (const seed of terms > 2e7 ? [1] : [1, 2]) {
        const inputs = randomInputs(ports.inputs, seed, indexBounds(program))
        expect(firstDifference(program, inputs, program, executors), `input ${seed}`).to.equal(null)
      }
    })
  }
})
