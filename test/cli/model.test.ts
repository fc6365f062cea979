import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'

const DIGITS = 'models/zoo/digits/digits.onnx'

type Run = {
  readonly programRoot: string
  readonly traceRoot: string
  readonly outputs: readonly { readonly name: string; readonly values: readonly number[] }[]
}

async function json<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await opine([...args, '--json'])
  expect(code, stderr).to.equal(0)
  return JSON.parse(stdout) as T
}

describe('opine model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-cli-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'digits.opine')

  it('compiles to a program file that is the same model', async () => {
    const compiled = await json<{ programRoot: string; parameters: number; outputs: { name: string }[] }>([
      'model',
      'compile',
      DIGITS,
      '--out',
      program,
    ])
    expect(compiled.parameters).to.equal(22_634)
    expect(compiled.outputs.map(({ name }) => name)).to.deep.equal(['logits', 'probabilities'])
    expect(readFileSync(program).subarray(0, 8).toString()).to.equal('OPINEPRG')
    const copy = join(folder, 'copy.opine')
    const again = await json<{ programRoot: string; out: string }>(['model', 'compile', program, '--out', copy])
    expect(again).to.include({ programRoot: compiled.programRoot, out: copy })
    expect(readFileSync(copy).equals(readFileSync(program))).to.equal(true)
    const { programRoot, dump } = await json<{ programRoot: string; dump: string[] }>(['model', 'show', program])
    expect(programRoot).to.equal(compiled.programRoot)
    expect(dump).to.have.length.above(30)
    const shown = await opine(['model', 'show', program])
    expect(shown.stdout).to.match(/^k0 {2}convolution over 3x3 -> f32/m)
  })

  it('reads an image alike from text, from NumPy and from raw bytes, and rightly', async () => {
    const { pixels, label } = SAMPLES[3]!
    const values = toInput(pixels)
    const raw = new Uint8Array(values.buffer)
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 8, 8), }".padEnd(117, ' ')
    const head = [0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]
    const files = {
      'image.bin': raw,
      'image.json': JSON.stringify([[Array.from(values)]]),
      'image.npy': Buffer.concat([Buffer.from(head), Buffer.from(`${header}\n`), raw]),
    }
    const runs: Run[] = []
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content)
      runs.push(await json<Run>(['model', 'run', DIGITS, '--input', `image=${join(folder, name)}`]))
    }
    expect(new Set(runs.map(({ traceRoot }) => traceRoot)).size).to.equal(1)
    const probabilities = runs[0]!.outputs[1]!.values
    expect(probabilities.indexOf(Math.max(...probabilities))).to.equal(label)
  })

  it('draws inputs from a seed: equal seeds, equal traces', async () => {
    const [first, second, other] = await Promise.all(['7', '7', '8'].map((seed) => json<Run>(['model', 'run', DIGITS, '--random', seed])))
    expect(first!.traceRoot).to.equal(second!.traceRoot)
    expect(first!.traceRoot).not.to.equal(other!.traceRoot)
  })

  it('has the contract recompute its steps', async () => {
    const result = await json<{ steps: number; mismatches: number; gas: { median: number; max: number }; kernels: unknown[] }>([
      'model',
      'replay',
      DIGITS,
      '--steps',
      '12',
    ])
    expect(result.steps).to.be.at.least(12)
    expect(result.mismatches).to.equal(0)
    expect(result.gas.median).to.be.within(21_000, result.gas.max)
  })
})
