import { describe, it } from 'node:test'
import { expect } from 'chai'
import { execute } from '../exec/reference/execute.ts'
import { load } from '../ir/expression.ts'
import { type Kernel, type Program, product, termCount } from '../ir/types.ts'
import { validateProgram } from '../ir/validate.ts'
import { encodeModel, type ModelSource, type TensorSource } from '../onnx/encode.ts'
import { assemble } from './assemble.ts'
import { compile } from './compile.ts'
import { placeKernels } from './cuts.ts'
import { digestOf } from './digest.ts'
import type { DraftKernel, InputBuffer, KernelBuffer } from './draft.ts'

/** A copy of an input of i32, and the digest of the copy. */
function digesting(count: number): Program {
  const input: InputBuffer = { kind: 'input', name: 'x', type: 'i32', count }
  const output: KernelBuffer = { kind: 'kernel', name: 'y', type: 'i32', count }
  const copy: DraftKernel = {
    output,
    foldType: 'f32',
    resultType: 'i32',
    shape: [count],
    reduce: null,
    loads: [{ buffer: input, base: 0, steps: [1], guards: [], fill: 0 }],
    term: [],
    result: [load(0)],
  }
  const program = placeKernels(assemble({ inputs: [input], kernels: [copy, digestOf(output)], outputs: [output] }))
  validateProgram(program)
  return program
}

const digestKernel = (count: number): Kernel => digesting(count).kernels[1]!

const numbersOf = (bytes: Uint8Array): number[] => [...new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)]

const weights = (name: string, ...shape: number[]): TensorSource => ({
  name,
  type: 'f32',
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => ((index * 37) % 101) / 101 - 0.5),
})

/** Convolutions of `channels` channels over a picture of 64 x 64 and the mean over it: two large buffers, the first of which is the larger. */
const wide = (channels: number): ModelSource => ({
  name: 'wide',
  inputs: [{ name: 'image', type: 'f32', shape: [1, 1, 64, 64] }],
  outputs: [{ name: 'means', type: 'f32', shape: [1, 8, 1, 1] }],
  nodes: [
    { op: 'Conv', name: 'c', inputs: ['image', 'w'], outputs: ['c'], attributes: { pads: { ints: [1, 1, 1, 1] } } },
    { op: 'Relu', name: 'r', inputs: ['c'], outputs: ['r'], attributes: {} },
    { op: 'Conv', name: 'd', inputs: ['r', 'v'], outputs: ['d'], attributes: {} },
    { op: 'GlobalAveragePool', name: 'g', inputs: ['d'], outputs: ['means'], attributes: {} },
  ],
  initializers: [weights('w', channels, 1, 3, 3), weights('v', 8, channels, 1, 1)],
})

describe('a digest', () => {
  it('sums every element exactly once, whatever their number', () => {
    for (const count of [1, 7, 255, 256, 257, 1000, 4096, 5000, 77_777]) {
      const values = Int32Array.from({ length: count }, (_, at) => Math.imul(at + 1, 0x9e3779b1))
      const sums = numbersOf(execute(digesting(count), [new Uint8Array(values.buffer)])[1]!)
      const terms = Math.ceil(count / sums.length)
      const expected = sums.map((_, element) => {
        const [part, lane] = [Math.floor(element / 4), element % 4]
        let sum = 0
        for (let term = 0; term < terms; term++) sum = (sum + (values[4 * (part * terms + term) + lane] ?? 0)) | 0
        return sum
      })
      expect(sums, `${count} elements`).to.deep.equal(expected)
    }
  })

  it('has sums enough that nobody guesses them, and none longer than a fold may be', () => {
    for (const count of [1 << 18, 3_211_264, 1_605_633, 16_777_259, 2 ** 31 - 1]) {
      const kernel = digestKernel(count)
      expect(product(kernel.shape)).to.be.within(512, 131_072)
      expect(termCount(kernel)).to.be.at.most(32_768)
    }
  })
})

describe('a compiled model with large buffers', () => {
  it('commits digests in the place of buffers that only claims would commit', () => {
    const { program } = compile(encodeModel(wide(64)))
    const committed = program.places.flatMap(({ committed: is }, kernel) => (is ? [kernel] : []))
    expect(program.kernels.map(({ shape }) => product(shape))).to.deep.equal([64 * 4096, 512, 8 * 4096, 512, 8])
    expect(committed).to.deep.equal([1, 3, 4])
    expect(program.claims).to.deep.equal([1, 3])
    expect(program.kernels[1]!.loads.map(({ buffer }) => buffer)).to.deep.equal([program.inputs.length + program.constants.length])
  })

  it('commits the buffers themselves where they are smaller, and where the cuts are given', () => {
    const kernels = 3
    for (const program of [
      compile(encodeModel(wide(16))).program,
      compile(encodeModel(wide(64)), { dense: true }).program,
      compile(encodeModel(wide(64)), { cuts: [1, 2] }).program,
    ]) {
      expect(program.kernels).to.have.length(kernels)
      expect(program.claims).to.deep.equal([0, 1])
    }
  })
})
