import { describe, it } from 'node:test'
import { expect } from 'chai'
import { sampleNetwork } from '../exec/reference/sample.ts'
import { fromBits } from '../numerics/bits.ts'
import { formatFloat } from './describe.ts'
import { describeKernel, dumpProgram } from './dump.ts'
import { Random } from './random.ts'

describe('dump', () => {
  const program = sampleNetwork()
  const port = (name: string, type: 'u8' | 'f32', count: number) => ({ name, type, shape: [count] })

  it('names kernels as people do', () => {
    expect(program.kernels.map(describeKernel)).to.deep.equal([
      'map from_i32 div mul -> f32 [64]',
      'convolution over 3x3 -> f32 [8, 8, 4]',
      'maximum over 2x2 -> f32 [4, 4, 4]',
      'matrix product over 64 -> f32 [10]',
      'map mul -> f32 [10]',
      'sum over 10 -> u8 [1]',
    ])
  })

  it('shows every kernel, load and expression', () => {
    const lines = dumpProgram(program, { inputs: [port('image', 'u8', 64)], outputs: [port('rank', 'u8', 1)] })
    expect(lines[0]).to.equal('input b0  image: u8 [64]')
    for (const [index, kernel] of program.kernels.entries()) {
      const at = lines.findIndex((line) => line.startsWith(`k${index}  ${describeKernel(kernel)}`))
      expect(at, `k${index}`).to.be.greaterThan(0)
      expect(lines.slice(at + 1).findIndex((line) => line.startsWith('  result: '))).to.equal(kernel.loads.length + (kernel.reduce ? 1 : 0))
    }
  })

  it('writes a binary32 value so that it can be read back, and never longer than needed', () => {
    const random = new Random(5)
    for (let i = 0; i < 2000; i++) {
      const value = fromBits(random.bits())
      expect(Object.is(Math.fround(Number(formatFloat(value))), value) || Number.isNaN(value), formatFloat(value)).to.equal(true)
    }
    expect(formatFloat(Math.fround(0.1))).to.equal('0.1')
    expect(formatFloat(-0)).to.equal('-0')
  })
})
