import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { countRight, fit } from '@opine/models/zoo/digits/fit.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'

/** What these scripts print on every machine; a change of data, network, training or encoder changes it. */
const PINNED = {
  'train-samples.ts': ['8906d980a12d8477dae1b623058305c2b20ab059a6e4292a09d314dd290b33d6'],
  'train-small.ts': [
    '7e510fe541b217f78d1cfd22dec11fb297cbd64c47b1c3871a40483a7072b7c0',
    '724f3211e44cf59ef6ebc5e5908dae0feedd0dc91577ed9ec907fa2a47f496a5',
    'b523a3ab458c047726c2ea697521ffb5a3f9338fc8135043464cfc31f4288a58',
  ],
}

describe('training', () => {
  for (const [script, hashes] of Object.entries(PINNED))
    it(`gives the pinned bits in two processes, compiled and interpreted: ${script}`, async () => {
      const path = join(import.meta.dirname, script)
      const run = async (...flags: string[]) => (await promisify(execFile)(process.execPath, [...flags, path])).stdout.trim().split('\n')
      expect(await Promise.all([run(), run('--no-opt', '--no-maglev')])).deep.equal([hashes, hashes])
    })
})

describe('training the digit model', () => {
  it('gives other bits from another seed, and learns', () => {
    const options = { epochs: 20, batch: 5, rate: 0.002, decay: 0.01 }
    const one = fit(SAMPLES, { ...options, seed: 1 })
    const two = fit(SAMPLES, { ...options, seed: 2 })
    expect(one.parameters[0]!.value).not.deep.equal(two.parameters[0]!.value)
    expect(countRight(one, SAMPLES)).equal(10)
  })
})
