import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { countRight, fit } from '@opine/models/zoo/digits/fit.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'

const SCRIPT = join(import.meta.dirname, 'train-samples.ts')
/** What `train-samples.ts` prints on every machine; a change of samples, network, training or encoder changes it. */
const PINNED = '8906d980a12d8477dae1b623058305c2b20ab059a6e4292a09d314dd290b33d6'

describe('training the digit model', () => {
  it('gives the pinned bits in two processes, compiled and interpreted', async () => {
    const run = async (...flags: string[]) => (await promisify(execFile)(process.execPath, [...flags, SCRIPT])).stdout.trim()
    expect(await Promise.all([run(), run('--no-opt', '--no-maglev')])).deep.equal([PINNED, PINNED])
  })

  it('gives other bits from another seed, and learns', () => {
    const options = { epochs: 20, batch: 5, rate: 0.002, decay: 0.01 }
    const one = fit(SAMPLES, { ...options, seed: 1 })
    const two = fit(SAMPLES, { ...options, seed: 2 })
    expect(one.parameters[0]!.value).not.deep.equal(two.parameters[0]!.value)
    expect(countRight(one, SAMPLES)).equal(10)
  })
})
