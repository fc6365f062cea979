import { encodeModel } from '../../onnx/encode.ts'
import { denseNode, weightsOf } from '../training/layer-nodes.ts'
import { FEATURES } from './applicants.ts'
import type { CreditModel } from './network.ts'

const NAMES = ['dense1', 'dense2', 'dense3'] as const

/** The trained model as an ONNX file of operator set 17. Input `applicant` f32 [1, 8], as people write it; output `risk` f32 [1, 1]. */
export function exportModel({ mean, deviation, layers }: CreditModel): Uint8Array {
  const width = FEATURES.length
  return encodeModel({
    name: 'credit',
    opset: 17,
    inputs: [{ name: 'applicant', type: 'f32', shape: [1, width] }],
    outputs: [{ name: 'risk', type: 'f32', shape: [1, 1] }],
    nodes: [
      { op: 'Sub', name: 'centred', inputs: ['applicant', 'mean'], outputs: ['centred'] },
      { op: 'Div', name: 'normal', inputs: ['centred', 'deviation'], outputs: ['normal'] },
      denseNode('dense1', 'normal'),
      { op: 'Relu', name: 'relu1', inputs: ['dense1'], outputs: ['relu1'] },
      denseNode('dense2', 'relu1'),
      { op: 'Relu', name: 'relu2', inputs: ['dense2'], outputs: ['relu2'] },
      denseNode('dense3', 'relu2'),
      { op: 'Sigmoid', name: 'risk', inputs: ['dense3'], outputs: ['risk'] },
    ],
    initializers: [
      { name: 'mean', type: 'f32', shape: [width], data: mean },
      { name: 'deviation', type: 'f32', shape: [width], data: deviation },
      ...weightsOf(layers, NAMES),
    ],
  })
}
