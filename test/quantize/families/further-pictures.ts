/** More networks over pictures: older and newer forms. */
import { Net } from './net.ts'

/** Operator set 7: limits and pads as attributes, sums of several, dropout. */
export function oldSet(): Net {
  const net = new Net('old-set', 7)
  let x = net.node('Pad', [net.input('x', [1, 3, 18, 18])], { mode: 'constant', pads: [0, 0, 0, 0, 0, 0, 1, 1], value: 0 })
  x = net.node('Clip', [net.batchNorm(net.conv(x, 3, 12, 3, { strides: [2, 2], pads: [0, 0, 0, 0] }), 12)], { min: 0, max: 6 })
  const [a, b] = [net.conv(x, 12, 12, 1), net.node('Relu', [net.conv(x, 12, 12, 3)])]
  x = net.node('Relu', [net.node('Sum', [a, b, x])])
  const grown = net.node('Upsample', [net.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [3, 3] })], {
    mode: 'nearest',
    scales: [1, 1, 3, 3],
  })
  x = net.node('Max', [x, grown])
  const [dropped] = net.nodes('Dropout', [net.node('Flatten', [net.node('AveragePool', [x], { kernel_shape: [9, 9] })])], 2, {
    ratio: 0.5,
  }) as [string]
  return net.output(net.node('Softmax', [net.gemm(dropped, 12, 6)], { axis: 1 }))
}

/** Operator set 9: Upsample with scales as an input, PRelu, a batch of two. */
export function upsampling(): Net {
  const net = new Net('upsample', 9)
  let x = net.node('PRelu', [net.conv(net.input('x', [2, 3, 12, 12]), 3, 8, 3), net.positive([8, 1, 1])])
  x = net.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] })
  x = net.node('Upsample', [net.conv(x, 8, 8, 3), net.constant('f32', [4], [1, 1, 2, 2])], { mode: 'nearest' })
  return net.output(net.node('Sigmoid', [net.conv(x, 8, 1, 1)]))
}

/** ConvNeXt: wide filters by channel, norms of channels that lie last, a scale of each layer. */
export function convNext(): Net {
  const net = new Net('convnext', 18)
  const width = 16
  let x = net.conv(net.input('x', [1, 3, 16, 16]), 3, width, 2, { strides: [2, 2], pads: [0, 0, 0, 0] })
  for (let block = 0; block < 2; block += 1) {
    const deep = net.node('Transpose', [net.conv(x, width, width, 7, { group: width })], { perm: [0, 2, 3, 1] })
    const normal = net.node('LayerNormalization', [deep, net.positive([width]), net.drawn([width], 0.1)], { axis: -1, epsilon: 1e-6 })
    const wide = net.dense(normal, width, 32)
    const erf = net.node('Erf', [net.node('Mul', [wide, net.scalar(Math.SQRT1_2)])])
    const curve = net.node('Mul', [net.node('Mul', [wide, net.scalar(0.5)]), net.node('Add', [erf, net.scalar(1)])])
    const scaled = net.node('Mul', [net.dense(curve, 32, width), net.positive([width])])
    x = net.node('Add', [net.node('Transpose', [scaled], { perm: [0, 3, 1, 2] }), x])
  }
  const mean = net.node('ReduceMean', [x, net.ints(-2, -1)], { keepdims: 0 })
  const normal = net.node('LayerNormalization', [mean, net.positive([width]), net.drawn([width], 0.1)], { axis: -1 })
  return net.output(net.gemm(normal, width, 10))
}

/** Maps of several sizes: bilinear ways down, heads with common weights, classes beside boxes. */
export function pyramid(): Net {
  const net = new Net('pyramid', 13)
  const step = (x: string, from: number, to: number): string => net.node('Relu', [net.conv(x, from, to, 3, { strides: [2, 2] })])
  const fine = step(net.input('x', [1, 3, 32, 32]), 3, 12)
  const coarse = step(fine, 12, 16)
  const scales = net.constant('f32', [4], [1, 1, 2, 2])
  const grown = net.node('Resize', [net.conv(coarse, 16, 12, 1), '', scales], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
  const both = net.node('Add', [net.conv(fine, 12, 12, 1), grown])
  const [weights, bias] = [net.drawn([6, 12, 3, 3], 0.12), net.drawn([6], 0.1)]
  const maps = [
    { x: both, places: 256 },
    { x: net.conv(coarse, 16, 12, 1), places: 64 },
  ]
  const parts = maps.map(({ x, places }) => {
    const map = net.node('Conv', [x, weights, bias], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
    return net.node('Reshape', [net.node('Transpose', [map], { perm: [0, 2, 3, 1] }), net.ints(1, places, 6)])
  })
  const all = net.node('Concat', parts, { axis: 1 })
  const [boxes, classes] = net.nodes('Split', [all, net.ints(4, 2)], 2, { axis: 2 }) as [string, string]
  return net.output(boxes, net.node('Softmax', [classes], { axis: 2 }))
}

/** Gaps within filters beside each other, a mean of the whole put back to size, bilinear to the picture's. */
export function deepLab(): Net {
  const net = new Net('deeplab', 11)
  const x = net.node('Relu', [net.conv(net.input('x', [1, 3, 24, 24]), 3, 12, 3, { strides: [2, 2] })])
  const near = [1, 2, 4].map((gap) => net.node('Relu', [net.conv(x, 12, 8, 3, { dilations: [gap, gap], pads: [gap, gap, gap, gap] })]))
  const mean = net.node('Relu', [net.conv(net.node('GlobalAveragePool', [x]), 12, 8, 1)])
  const spread = net.node('Resize', [mean, '', net.constant('f32', [4], [1, 1, 12, 12])], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  })
  const joined = net.node('Relu', [net.conv(net.node('Concat', [...near, spread], { axis: 1 }), 32, 8, 1)])
  const sizes = net.constant('i64', [4], [1, 4, 24, 24])
  const none = net.constant('f32', [0], [])
  return net.output(
    net.node('Resize', [net.conv(joined, 8, 4, 1), none, none, sizes], { mode: 'linear', coordinate_transformation_mode: 'align_corners' }),
  )
}

/** As converters from TensorFlow write: channels last at both ends, frames of their own, limits by Min and Max. */
export function channelsLast(): Net {
  const net = new Net('channels-last', 13)
  let x = net.node('Transpose', [net.input('x', [1, 19, 19, 3])], { perm: [0, 3, 1, 2] })
  x = net.node('Sub', [net.node('Mul', [x, net.scalar(0.5)]), net.scalar(0.1)])
  x = net.node('Pad', [x, net.ints(0, 0, 0, 0, 0, 0, 1, 1)])
  x = net.conv(x, 3, 8, 3, { strides: [2, 2], pads: [0, 0, 0, 0] })
  x = net.node('Min', [net.node('Max', [x, net.scalar(0)]), net.scalar(6)])
  x = net.conv(x, 8, 8, 3, { group: 8, auto_pad: 'SAME_UPPER', pads: [0, 0, 0, 0], strides: [2, 2] })
  x = net.node('AveragePool', [net.node('Relu', [x])], { kernel_shape: [5, 5], strides: [5, 5] })
  x = net.node('Squeeze', [net.node('Transpose', [x], { perm: [0, 2, 3, 1] }), net.ints(1, 2)])
  return net.output(net.node('Softmax', [net.dense(x, 8, 5)], { axis: -1 }))
}

/** Depth into space at the end, with a bilinear way around. */
export function superResolution(): Net {
  const net = new Net('super-resolution', 13)
  const x = net.input('x', [1, 3, 12, 12])
  let y = net.node('Relu', [net.conv(x, 3, 16, 3)])
  y = net.node('Add', [y, net.conv(net.node('Relu', [net.conv(y, 16, 16, 3)]), 16, 16, 3)])
  y = net.node('DepthToSpace', [net.conv(y, 16, 12, 3)], { blocksize: 2, mode: 'CRD' })
  const around = net.node('Resize', [x, '', net.constant('f32', [4], [1, 1, 2, 2])], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
  return net.output(net.node('Clip', [net.node('Add', [y, around]), net.scalar(-3), net.scalar(3)]))
}
