/** Networks that give pictures, boxes or maps. */
import { Net, type Plain } from './net.ts'

/** Down and up again: a transposed convolution, a resize, joints. */
export function uNet(): Net {
  const net = new Net('unet', 13)
  const twice = (x: string, from: number, to: number): string => {
    const first = net.node('Relu', [net.batchNorm(net.conv(x, from, to, 3), to)])
    return net.node('Relu', [net.conv(first, to, to, 3)])
  }
  const pool = (x: string): string => net.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] })
  const top = twice(net.input('x', [1, 1, 24, 24]), 1, 8)
  const middle = twice(pool(top), 8, 16)
  const bottom = twice(pool(middle), 16, 32)
  const weights = net.drawn([32, 16, 2, 2], Math.sqrt(1 / 32))
  const up = net.node('ConvTranspose', [bottom, weights, net.drawn([16], 0.1)], { kernel_shape: [2, 2], strides: [2, 2] })
  const joined = twice(net.node('Concat', [up, middle], { axis: 1 }), 32, 16)
  const scales = net.constant('f32', [4], [1, 1, 2, 2])
  const resized = net.node('Resize', [joined, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  })
  const last = twice(net.node('Concat', [top, net.conv(resized, 16, 8, 3)], { axis: 1 }), 16, 8)
  return net.output(net.node('Sigmoid', [net.conv(last, 8, 1, 1)]))
}

/** Overlapping transposed convolutions, as generators have them, and a tanh. */
export function generator(): Net {
  const net = new Net('generator', 11)
  let x = net.node('Reshape', [net.node('Relu', [net.gemm(net.input('z', [1, 16]), 16, 32 * 16)]), net.ints(1, 32, 4, 4)])
  const up = (from: number, to: number, attributes: Plain): string =>
    net.node('ConvTranspose', [x, net.drawn([from, to, 4, 4], Math.sqrt(2 / (from * 4)))], {
      ...{ kernel_shape: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1] },
      ...attributes,
    })
  x = net.node('Relu', [net.batchNorm(up(32, 16, {}), 16)])
  x = net.node('LeakyRelu', [net.batchNorm(up(16, 8, {}), 8)], { alpha: 0.2 })
  return net.output(net.node('Tanh', [up(8, 3, {})]))
}

/** Leaky curves, pools of odd sizes, a passage of space into depth, anchors in the tail. */
export function tinyYolo(): Net {
  const net = new Net('tiny-yolo', 13)
  const leaky = (x: string): string => net.node('LeakyRelu', [x], { alpha: 0.1 })
  const layer = (x: string, from: number, to: number): string => leaky(net.batchNorm(net.conv(x, from, to, 3, { bias: 0 }), to))
  const pool = (x: string, size: number, stride: number, pads: readonly number[]): string =>
    net.node('MaxPool', [x], { kernel_shape: [size, size], strides: [stride, stride], pads })
  let x = pool(layer(net.input('x', [1, 3, 27, 27]), 3, 8), 2, 2, [0, 0, 0, 0])
  const passed = net.node('PRelu', [net.conv(x, 8, 8, 3), net.positive([8, 1, 1])])
  x = pool(layer(passed, 8, 16), 3, 2, [1, 1, 1, 1])
  // Pyramid pools, as detectors have them.
  const pyramid = [x, ...[5, 9].map((size) => pool(x, size, 1, Array<number>(4).fill(size >> 1)))]
  x = layer(pool(net.node('Concat', pyramid, { axis: 1 }), 2, 1, [0, 0, 1, 1]), 48, 32)
  const map = net.conv(x, 32, 14, 1)
  const boxes = net.node('Reshape', [map, net.ints(1, 2, 7, 49)])
  const turned = net.node('Transpose', [boxes], { perm: [0, 1, 3, 2] })
  const [centres, sizes, scores] = net.nodes('Split', [turned, net.ints(2, 2, 3)], 3, { axis: 3 }) as [string, string, string]
  const grid = net.constant(
    'f32',
    [1, 1, 49, 2],
    Array.from({ length: 98 }, (_, index) => (index % 2 ? Math.floor(index / 14) : (index >> 1) % 7)),
  )
  const places = net.node('Mul', [net.node('Add', [net.node('Sigmoid', [centres]), grid]), net.scalar(4)])
  const anchors = net.constant('f32', [1, 2, 1, 2], [8, 8, 14, 10])
  const extents = net.node('Mul', [net.node('Exp', [sizes]), anchors])
  return net.output(net.node('Concat', [places, extents, net.node('Sigmoid', [scores])], { axis: 3 }))
}

/** Norms over each picture: instances and groups, as exporters write them, and pools that count what they pad. */
export function normalized(): Net {
  const net = new Net('instance-group', 17)
  let x = net.conv(net.input('x', [1, 3, 16, 16]), 3, 8, 3)
  x = net.node('Relu', [net.node('InstanceNormalization', [x, net.positive([8]), net.drawn([8], 0.2)], { epsilon: 1e-5 })])
  x = net.node('AveragePool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 })
  x = net.conv(x, 8, 16, 3)
  // Groups, as PyTorch exports them: instances of reshaped groups, then scale and bias of channels.
  const grouped = net.node('Reshape', [x, net.ints(1, 4, -1)])
  const norm = net.node('InstanceNormalization', [grouped, net.constant('f32', [4], [1, 1, 1, 1]), net.constant('f32', [4], [0, 0, 0, 0])])
  const back = net.node('Reshape', [norm, net.ints(1, 16, 8, 8)])
  x = net.node('Relu', [net.node('Add', [net.node('Mul', [back, net.positive([16, 1, 1])]), net.drawn([16, 1, 1], 0.2)])])
  x = net.node('AveragePool', [net.conv(x, 16, 16, 3)], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })
  return net.output(net.gemm(net.node('Flatten', [net.node('GlobalAveragePool', [x])]), 16, 10))
}
