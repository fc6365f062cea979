/** Networks of convolutions, as exporters write them. */
import { Net } from './net.ts'

const relu6 = (net: Net, x: string): string => net.node('Clip', [x, net.scalar(0), net.scalar(6)])

/** Inverted residuals with linear bottlenecks. */
export function mobileNet(): Net {
  const net = new Net('mobilenet-v2', 13)
  let x = net.input('x', [1, 3, 32, 32])
  x = relu6(net, net.conv(x, 3, 16, 3, { strides: [2, 2] }))
  const block = (from: number, to: number, stride: number): void => {
    const wide = relu6(net, net.conv(x, from, from * 4, 1))
    const deep = relu6(net, net.conv(wide, from * 4, from * 4, 3, { group: from * 4, strides: [stride, stride] }))
    const narrow = net.conv(deep, from * 4, to, 1)
    x = from === to && stride === 1 ? net.node('Add', [x, narrow]) : narrow
  }
  block(16, 24, 2)
  block(24, 24, 1)
  block(24, 32, 2)
  block(32, 32, 1)
  x = relu6(net, net.conv(x, 32, 96, 1))
  x = net.node('Reshape', [net.node('GlobalAveragePool', [x]), net.ints(1, -1)])
  return net.output(net.gemm(x, 96, 10))
}

/** With batch norms, and a projection where the size changes. */
export function resNet(): Net {
  const net = new Net('resnet', 11)
  let x = net.input('x', [1, 3, 32, 32])
  const norm = (name: string, channels: number): string => net.batchNorm(name, channels)
  x = net.node('Relu', [norm(net.conv(x, 3, 16, 7, { strides: [2, 2], bias: 0 }), 16)])
  x = net.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 0 })
  const block = (from: number, to: number, stride: number): void => {
    const first = net.node('Relu', [norm(net.conv(x, from, to, 3, { strides: [stride, stride], bias: 0 }), to)])
    const second = norm(net.conv(first, to, to, 3, { bias: 0 }), to)
    const around = from === to ? x : norm(net.conv(x, from, to, 1, { strides: [stride, stride], bias: 0 }), to)
    x = net.node('Relu', [net.node('Add', [second, around])])
  }
  block(16, 16, 1)
  block(16, 32, 2)
  block(32, 32, 1)
  x = net.node('Flatten', [net.node('GlobalAveragePool', [x])], { axis: 1 })
  return net.output(net.gemm(x, 32, 10))
}

/** A block of MobileNetV3: hard swishes, and gates of whole channels. */
export function squeezeExcite(): Net {
  const net = new Net('squeeze-excite', 14)
  let x = net.input('x', [1, 8, 16, 16])
  for (const op of ['HardSwish', 'Relu']) {
    const wide = net.node(op, [net.batchNorm(net.conv(x, 8, 32, 3), 32)])
    const mean = net.node('GlobalAveragePool', [wide])
    const gate = net.node('HardSigmoid', [net.conv(net.node('Relu', [net.conv(mean, 32, 8, 1)]), 8, 32, 1)], { alpha: 1 / 6, beta: 0.5 })
    x = net.node('Add', [x, net.conv(net.node('Mul', [wide, gate]), 32, 8, 1)])
  }
  // Hard swish as older sets have it.
  const clipped = net.node('Clip', [net.node('Add', [x, net.scalar(3)]), net.scalar(0), net.scalar(6)])
  x = net.node('Mul', [x, net.node('Div', [clipped, net.scalar(6)])])
  x = net.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 })
  return net.output(net.gemm(x, 8, 10))
}

/** Blocks of EfficientNet: x * sigmoid(x), gates, a way around. */
export function efficientNet(): Net {
  const net = new Net('efficientnet', 17)
  const silu = (x: string): string => net.node('Mul', [x, net.node('Sigmoid', [x])])
  let x = net.input('x', [1, 3, 24, 24])
  x = silu(net.conv(x, 3, 16, 3, { strides: [2, 2] }))
  for (const kernel of [3, 5]) {
    const wide = silu(net.conv(x, 16, 48, 1))
    const deep = silu(net.conv(wide, 48, 48, kernel, { group: 48 }))
    const mean = net.node('ReduceMean', [deep], { axes: [2, 3], keepdims: 1 })
    const gate = net.node('Sigmoid', [net.conv(silu(net.conv(mean, 48, 4, 1)), 4, 48, 1)])
    x = net.node('Add', [net.conv(net.node('Mul', [gate, deep]), 48, 16, 1), x])
  }
  x = net.node('GlobalAveragePool', [silu(net.conv(x, 16, 64, 1))])
  return net.output(net.gemm(net.node('Flatten', [x]), 64, 10))
}

/** Norms before convolutions, and all that came before beside each other. */
export function denseNet(): Net {
  const net = new Net('densenet', 12)
  let x = net.conv(net.input('x', [1, 3, 24, 24]), 3, 16, 3)
  let channels = 16
  for (let stage = 0; stage < 2; stage += 1) {
    for (let layer = 0; layer < 3; layer += 1) {
      const inner = net.conv(net.node('Relu', [net.batchNorm(x, channels)]), channels, 32, 1, { bias: 0 })
      const grown = net.conv(net.node('Relu', [net.batchNorm(inner, 32)]), 32, 8, 3, { bias: 0 })
      x = net.node('Concat', [x, grown], { axis: 1 })
      channels += 8
    }
    x = net.conv(net.node('Relu', [net.batchNorm(x, channels)]), channels, channels / 2, 1, { bias: 0 })
    channels /= 2
    x = net.node('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] })
  }
  x = net.node('GlobalAveragePool', [net.node('Relu', [net.batchNorm(x, channels)])])
  return net.output(net.gemm(net.node('Flatten', [x]), channels, 10))
}

/** Convolutions by groups, whose channels are mixed by two reshapes and a transposition. */
export function shuffleNet(): Net {
  const net = new Net('shufflenet', 13)
  let x = net.node('Relu', [net.conv(net.input('x', [1, 3, 16, 16]), 3, 24, 3)])
  const shuffle = (input: string, side: number): string => {
    const split = net.node('Reshape', [input, net.ints(1, 2, 12, side, side)])
    return net.node('Reshape', [net.node('Transpose', [split], { perm: [0, 2, 1, 3, 4] }), net.ints(1, 24, side, side)])
  }
  // Version 2: halves of the channels.
  const [left, right] = net.nodes('Split', [x, net.ints(12, 12)], 2, { axis: 1 }) as [string, string]
  const branch = net.node('Relu', [net.conv(net.conv(net.node('Relu', [net.conv(right, 12, 12, 1)]), 12, 12, 3, { group: 12 }), 12, 12, 1)])
  x = shuffle(net.node('Concat', [left, branch], { axis: 1 }), 16)
  // Version 1: groups.
  const grouped = net.node('Relu', [net.conv(x, 24, 24, 1, { group: 2 })])
  x = net.node('Relu', [net.node('Add', [x, net.conv(net.conv(shuffle(grouped, 16), 24, 24, 3, { group: 24 }), 24, 24, 1, { group: 2 })])])
  return net.output(net.gemm(net.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 }), 24, 10))
}
