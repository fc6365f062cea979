/** Networks that mix kinds of layers, and forms that few exporters write. */
import { Net } from './net.ts'

/** MobileViT: convolutions, patches of a picture as words, back to a picture. */
export function mobileViT(): Net {
  const net = new Net('mobilevit', 17)
  const silu = (x: string): string => net.node('Mul', [x, net.node('Sigmoid', [x])])
  const width = 16
  let x = silu(net.batchNorm(net.conv(net.input('x', [1, 3, 16, 16]), 3, width, 3, { strides: [2, 2], bias: 0 }), width))
  const around = x
  // [1, c, 8, 8] to [4, 16, c]: the places of each patch of 2 x 2 with those of the others.
  const cut = net.node('Transpose', [net.node('Reshape', [x, net.ints(width * 4, 2, 4, 2)])], { perm: [0, 2, 1, 3] })
  const words = net.node('Transpose', [net.node('Reshape', [cut, net.ints(1, width, 16, 4)])], { perm: [0, 3, 2, 1] })
  let y = net.node('Reshape', [words, net.ints(4, 16, width)])
  const norm = (z: string): string => net.node('LayerNormalization', [z, net.positive([width]), net.drawn([width], 0.1)], { axis: -1 })
  const [q, k, v] = net.nodes('Split', [net.dense(norm(y), width, 3 * width), net.ints(width, width, width)], 3, { axis: 2 }) as [
    string,
    string,
    string,
  ]
  const shares = net.node(
    'Softmax',
    [net.node('Mul', [net.node('MatMul', [q, net.node('Transpose', [k], { perm: [0, 2, 1] })]), net.scalar(0.25)])],
    { axis: -1 },
  )
  y = net.node('Add', [net.dense(net.node('MatMul', [shares, v]), width, width), y])
  y = net.node('Add', [net.dense(silu(net.dense(norm(y), width, 32)), 32, width), y])
  const back = net.node('Transpose', [net.node('Reshape', [norm(y), net.ints(1, 4, 16, width)])], { perm: [0, 3, 2, 1] })
  const places = net.node('Transpose', [net.node('Reshape', [back, net.ints(width * 4, 4, 2, 2)])], { perm: [0, 2, 1, 3] })
  const joined = net.node('Concat', [around, silu(net.conv(net.node('Reshape', [places, net.ints(1, width, 8, 8)]), width, width, 1))], {
    axis: 1,
  })
  x = silu(net.conv(joined, 2 * width, width, 3))
  return net.output(net.gemm(net.node('Flatten', [net.node('GlobalAveragePool', [x])]), width, 6))
}

/** YOLOv5: a picture in quarters, halves that go apart and meet, boxes of three sizes of anchors. */
export function yolo5(): Net {
  const net = new Net('yolo5', 13)
  const silu = (x: string): string => net.node('Mul', [x, net.node('Sigmoid', [x])])
  const x = net.input('x', [1, 3, 32, 32])
  const slice = (y: string, axis: number, from: number): string =>
    net.node('Slice', [y, net.ints(from), net.ints(2 ** 31 - 1), net.ints(axis), net.ints(2)])
  const quarters = [0, 1].flatMap((column) => [0, 1].map((row) => slice(slice(x, 2, row), 3, column)))
  let y = silu(net.conv(net.node('Concat', quarters, { axis: 1 }), 12, 16, 3))
  y = silu(net.conv(y, 16, 16, 3, { strides: [2, 2] }))
  const inner = silu(net.conv(y, 16, 8, 1))
  const deep = net.node('Add', [inner, silu(net.conv(silu(net.conv(inner, 8, 8, 1)), 8, 8, 3))])
  y = silu(net.conv(net.node('Concat', [deep, silu(net.conv(y, 16, 8, 1))], { axis: 1 }), 16, 16, 1))
  const map = net.node('Reshape', [net.conv(y, 16, 21, 1), net.ints(1, 3, 7, 8, 8)])
  const shares = net.node('Sigmoid', [net.node('Transpose', [map], { perm: [0, 1, 3, 4, 2] })])
  const cut = (from: number, to: number): string => net.node('Slice', [shares, net.ints(from), net.ints(to), net.ints(4), net.ints(1)])
  const grid = net.constant(
    'f32',
    [1, 1, 8, 8, 2],
    Array.from({ length: 128 }, (_, at) => (at % 2 ? (at >> 4) % 8 : (at >> 1) % 8)),
  )
  const anchors = net.constant('f32', [1, 3, 1, 1, 2], [10, 13, 16, 30, 33, 23])
  const centres = net.node('Mul', [
    net.node('Add', [net.node('Sub', [net.node('Mul', [cut(0, 2), net.scalar(2)]), net.scalar(0.5)]), grid]),
    net.scalar(4),
  ])
  const sizes = net.node('Mul', [net.node('Pow', [net.node('Mul', [cut(2, 4), net.scalar(2)]), net.scalar(2)]), anchors])
  const all = net.node('Concat', [centres, sizes, cut(4, 7)], { axis: 4 })
  return net.output(net.node('Reshape', [all, net.ints(1, -1, 7)]))
}

/** Two inputs, one of numbers in columns, one of categories: embeddings beside numbers, products of pairs of features, a wide part. */
export function deepAndWide(): Net {
  const net = new Net('deep-and-wide', 13)
  const numbers = net.batchNorm(net.input('numbers', [1, 6]), 6)
  const ids = net.input('ids', [1, 3], 12)
  const found = net.node('Gather', [net.drawn([12, 4], 1), ids], { axis: 0 })
  const flat = net.node('Reshape', [found, net.ints(1, 12)])
  // Factorisation: half of the square of the sum less the sum of squares.
  const sum = net.node('ReduceSum', [found, net.ints(1)], { keepdims: 0 })
  const square = net.node('ReduceSum', [net.node('Mul', [found, found]), net.ints(1)], { keepdims: 0 })
  const crossed = net.node('Mul', [net.node('Sub', [net.node('Mul', [sum, sum]), square]), net.scalar(0.5)])
  let x = net.node('Concat', [numbers, flat, crossed], { axis: 1 })
  x = net.node('LeakyRelu', [net.gemm(x, 22, 16)])
  const wide = net.gemm(numbers, 6, 1)
  return net.output(net.node('Sigmoid', [net.node('Add', [net.gemm(x, 16, 1), wide])]))
}

/** A transformer of speech: convolutions over time, positions by a grouped convolution, norms behind, an exact and a fast curve. */
export function speech(): Net {
  const net = new Net('speech', 20)
  const width = 16
  const conv = (x: string, from: number, to: number, size: number, stride: number): string =>
    net.node('Conv', [x, net.drawn([to, from, size], Math.sqrt(1.6 / (from * size))), net.drawn([to], 0.1)], {
      kernel_shape: [size],
      strides: [stride],
    })
  let x = net.node('Gelu', [conv(net.input('wave', [1, 1, 130]), 1, width, 10, 4)])
  const rows = net.node('InstanceNormalization', [x, net.positive([width]), net.drawn([width], 0.1)])
  x = net.node('Gelu', [conv(rows, width, width, 3, 2)], { approximate: 'tanh' })
  const words = 15
  let y = net.node('Transpose', [x], { perm: [0, 2, 1] })
  const norm = (z: string): string => net.node('LayerNormalization', [z, net.positive([width]), net.drawn([width], 0.1)], { axis: -1 })
  const places = net.node('Conv', [net.node('Transpose', [y], { perm: [0, 2, 1] }), net.drawn([width, 4, 5], 0.2)], {
    kernel_shape: [5],
    pads: [2, 2],
    group: 4,
  })
  y = norm(net.node('Add', [y, net.node('Transpose', [net.node('Gelu', [places])], { perm: [0, 2, 1] })]))
  const heads = (z: string, perm: readonly number[]): string =>
    net.node('Transpose', [net.node('Reshape', [z, net.ints(0, words, 2, 8)])], { perm })
  const scores = net.node('MatMul', [heads(net.dense(y, width, width), [0, 2, 1, 3]), heads(net.dense(y, width, width), [0, 2, 3, 1])])
  const mixed = net.node('MatMul', [
    net.node('Softmax', [net.node('Mul', [scores, net.scalar(0.35)])]),
    heads(net.dense(y, width, width), [0, 2, 1, 3]),
  ])
  const joined = net.node('Reshape', [net.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), net.ints(1, words, width)])
  y = norm(net.node('Add', [y, net.dense(joined, width, width)]))
  return net.output(net.node('LogSoftmax', [net.dense(y, width, 8)], { axis: -1 }))
}
