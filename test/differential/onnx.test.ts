import { describe, it } from 'node:test'
import { encodeModel } from '@opine/models/onnx/encode.ts'
import { expect } from 'chai'
import { InferenceSession, Tensor } from 'onnxruntime-node'

describe('the ONNX writer', () => {
  it('writes files that ONNX Runtime reads', async () => {
    const bytes = encodeModel({
      name: 'affine',
      inputs: [{ name: 'x', type: 'f32', shape: ['batch', 3] }],
      outputs: [{ name: 'y', type: 'f32', shape: ['batch', 2] }],
      nodes: [
        { op: 'Gemm', name: 'fc', inputs: ['x', 'w', 'b'], outputs: ['y'], attributes: { transB: { int: 1 }, alpha: { float: 0.5 } } },
      ],
      initializers: [
        { name: 'w', type: 'f32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
        { name: 'b', type: 'f32', shape: [2], data: [10, 20] },
      ],
    })
    const session = await InferenceSession.create(bytes)
    const output = await session.run({ x: new Tensor('float32', [1, 1, 2], [1, 3]) })
    expect([...(output.y!.data as Float32Array)]).to.deep.equal([14.5, 30.5])
  })
})
