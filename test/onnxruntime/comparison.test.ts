import { describe, it } from 'node:test'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { encodeModel } from '@opine/models/onnx/encode.ts'
import { expect } from 'chai'
import { bestFloat } from '../support/best-float.ts'
import { subjectsHere } from '../support/quantised/make.ts'
import { bytesOf, type Subject } from '../support/quantised/subject.ts'
import { scaledError } from '../support/zoo-runner.ts'
import { differingBits } from './bits.ts'
import { floatControl } from './control.ts'
import { floatSession } from './float-peer.ts'

const numbers = (count: number, from: number): number[] => Array.from({ length: count }, (_, at) => Math.sin(from + at))

describe('the comparison', () => {
  it('counts bits', () => {
    const of = (...values: number[]): Uint8Array => Uint8Array.from(values)
    expect(differingBits(of(1, 2, 255), of(1, 2, 255))).to.equal(0)
    expect(differingBits(of(1, 2, 255), of(0, 3, 0))).to.equal(10)
    expect(() => differingBits(of(1), of(1, 2))).to.throw('buffers of 1 and 2 bytes')
  })

  it('sees that optimisation and threads change the bits of a float model', async () => {
    const { values, differing, bits } = await floatControl(subjectsHere().find(({ name }) => name === 'digits')!)
    expect(values).to.be.greaterThan(0)
    expect(differing).to.be.greaterThan(0)
    expect(bits).to.be.at.least(differing)
  })
})

describe('the best form of a float model', () => {
  it('has its batch normalisations in its convolutions, no constant among its inputs, and its outputs but for roundings', async () => {
    const vectors = ['scale', 'shift', 'mean'].map((name, at) => ({ name, type: 'f32' as const, shape: [4], data: numbers(4, at + 1) }))
    const file = encodeModel({
      name: 'normalised',
      inputs: [{ name: 'x', type: 'f32', shape: ['batch', 3, 6, 6] }],
      outputs: [{ name: 'y', type: 'f32', shape: null }],
      nodes: [
        { op: 'Conv', inputs: ['x', 'weights'], outputs: ['sums'] },
        { op: 'BatchNormalization', inputs: ['sums', 'scale', 'shift', 'mean', 'variance'], outputs: ['even'] },
        { op: 'Relu', inputs: ['even'], outputs: ['y'] },
      ],
      initializers: [
        ...vectors,
        { name: 'weights', type: 'f32', shape: [4, 3, 3, 3], data: numbers(108, 9) },
        { name: 'variance', type: 'f32', shape: [4], data: [0.5, 1, 2, 3] },
      ],
    })
    const best = bestFloat(decodeModel(file), { batch: 1 })
    const { nodes, inputs } = decodeModel(best).graph
    expect(nodes.map(({ op }) => op)).to.deep.equal(['Conv', 'Relu'])
    expect(inputs).to.deep.equal([{ name: 'x', type: 'f32', shape: [1, 3, 6, 6] }])
    const subject = { dims: { batch: 1 } as Subject['dims'] } as Subject
    const input = [bytesOf(Float32Array.from(numbers(108, 3)))]
    const [own, peer] = await Promise.all([file, best].map(async (each) => (await floatSession(each, subject, {})).run(input)))
    expect(scaledError(own![0]!, peer![0]!)).to.be.lessThan(1e-5)
    expect(own![0]!.some((value) => value > 0)).to.equal(true)
  })

  it('takes a softmax of channels without places as one of rows', async () => {
    const shape = [2, 6, 1, 1]
    const file = encodeModel({
      name: 'classes',
      inputs: [{ name: 'x', type: 'f32', shape }],
      outputs: [{ name: 'y', type: 'f32', shape: null }],
      nodes: [{ op: 'Softmax', inputs: ['x'], outputs: ['y'], attributes: { axis: { int: 1 } } }],
    })
    const best = bestFloat(decodeModel(file))
    expect(decodeModel(best).graph.nodes.map(({ op }) => op)).to.deep.equal(['Reshape', 'Softmax', 'Reshape'])
    const input = [bytesOf(Float32Array.from(numbers(12, 3)))]
    const [own, peer] = await Promise.all(
      [file, best].map(async (each) => (await floatSession(each, { dims: {} } as Subject, {})).run(input)),
    )
    expect(scaledError(own![0]!, peer![0]!)).to.be.lessThan(1e-6)
    expect(own![0]!.reduce((sum, value) => sum + value, 0)).to.be.closeTo(2, 1e-5)
  })
})
