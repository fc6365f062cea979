import type { NodeSource, TensorSource } from '../../onnx/encode.ts'
import type { Network } from './layers.ts'

/** A trained network's parameters as ONNX initializers: of the layer called `dense1`, `dense1.weight` and `dense1.bias`. */
export const weightsOf = ({ parameters }: Network, names: readonly string[]): TensorSource[] =>
  parameters.map(({ shape, value }, index) => ({
    name: `${names[index >> 1]}.${index % 2 === 0 ? 'weight' : 'bias'}`,
    type: 'f32',
    shape,
    data: value,
  }))

/** The layer `dense` of a trained network as an ONNX node. */
export const denseNode = (name: string, input: string, output = name): NodeSource => ({
  op: 'Gemm',
  name,
  inputs: [input, `${name}.weight`, `${name}.bias`],
  outputs: [output],
  attributes: { transB: { int: 1 } },
})
