import { encodeModel, type NodeSource } from '../../onnx/encode.ts'
import { denseNode, weightsOf } from '../training/layer-nodes.ts'
import type { Network } from '../training/layers.ts'

const NAMES = ['conv1', 'conv2', 'conv3', 'dense1', 'dense2'] as const

/**
 * The trained network as an ONNX file of operator set 17.
 * Input `image` f32 [1, 1, 8, 8]; outputs `logits` and `probabilities`, f32 [1, 10].
 */
export function exportNetwork(network: Network): Uint8Array {
  return encodeModel({
    name: 'digits',
    opset: 17,
    inputs: [{ name: 'image', type: 'f32', shape: [1, 1, 8, 8] }],
    outputs: [
      { name: 'logits', type: 'f32', shape: [1, 10] },
      { name: 'probabilities', type: 'f32', shape: [1, 10] },
    ],
    nodes: [
      convolution('conv1', 'image'),
      activation('conv1'),
      convolution('conv2', 'conv1.relu'),
      activation('conv2'),
      {
        op: 'MaxPool',
        name: 'pool',
        inputs: ['conv2.relu'],
        outputs: ['pool'],
        attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } },
      },
      convolution('conv3', 'pool'),
      activation('conv3'),
      { op: 'Flatten', name: 'flat', inputs: ['conv3.relu'], outputs: ['flat'], attributes: { axis: { int: 1 } } },
      denseNode('dense1', 'flat'),
      activation('dense1'),
      denseNode('dense2', 'dense1.relu', 'logits'),
      { op: 'Softmax', name: 'softmax', inputs: ['logits'], outputs: ['probabilities'], attributes: { axis: { int: 1 } } },
    ],
    initializers: weightsOf(network, NAMES),
  })
}

const convolution = (name: string, input: string): NodeSource => ({
  op: 'Conv',
  name,
  inputs: [input, `${name}.weight`, `${name}.bias`],
  outputs: [name],
  attributes: { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } },
})

const activation = (name: string): NodeSource => ({ op: 'Relu', name: `${name}.relu`, inputs: [name], outputs: [`${name}.relu`] })
