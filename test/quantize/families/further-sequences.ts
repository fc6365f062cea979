/** More networks over words and series. */
import { Net } from './net.ts'

/** GPT-2: queries, keys and values in one product, a mask by choice, the curve by tanh, logits by the embeddings. */
export function gpt2(): Net {
  const [words, width, count] = [8, 32, 2]
  const net = new Net('gpt2', 13)
  const table = net.drawn([40, width], 0.6)
  const norm = (x: string): string => {
    const rest = net.node('Sub', [x, net.node('ReduceMean', [x], { axes: [-1] })])
    const variance = net.node('ReduceMean', [net.node('Pow', [rest, net.scalar(2)])], { axes: [-1] })
    const quotient = net.node('Div', [rest, net.node('Sqrt', [net.node('Add', [variance, net.scalar(1e-5)])])])
    return net.node('Add', [net.node('Mul', [quotient, net.positive([width])]), net.drawn([width], 0.1)])
  }
  const gemm = (x: string, from: number, to: number): string => {
    const flat = net.node('Reshape', [x, net.ints(-1, from)])
    const made = net.node('Gemm', [flat, net.drawn([from, to], Math.sqrt(1 / from)), net.drawn([to], 0.1)])
    return net.node('Reshape', [made, net.ints(1, words, to)])
  }
  const split = (x: string, perm: readonly number[]): string =>
    net.node('Transpose', [net.node('Reshape', [x, net.ints(1, words, count, width / count)])], { perm })
  const seen = net.constant(
    'bool',
    [1, 1, words, words],
    Array.from({ length: words * words }, (_, at) => (at % words > Math.floor(at / words) ? 0 : 1)),
  )
  let x = net.node('Add', [net.node('Gather', [table, net.input('ids', [1, words], 40)]), net.drawn([1, words, width], 0.3)])
  for (let layer = 0; layer < 2; layer += 1) {
    const [q, k, v] = net.nodes('Split', [gemm(norm(x), width, 3 * width), net.ints(width, width, width)], 3, { axis: 2 }) as [
      string,
      string,
      string,
    ]
    const products = net.node('MatMul', [split(q, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])])
    const scores = net.node('Where', [seen, net.node('Div', [products, net.scalar(4)]), net.scalar(-10000)])
    const mixed = net.node('MatMul', [net.node('Softmax', [scores], { axis: 3 }), split(v, [0, 2, 1, 3])])
    const joined = net.node('Reshape', [net.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), net.ints(1, words, width)])
    x = net.node('Add', [gemm(joined, width, width), x])
    const wide = gemm(norm(x), width, 64)
    const cube = net.node('Mul', [net.node('Pow', [wide, net.scalar(3)]), net.scalar(0.044715)])
    const tanh = net.node('Tanh', [net.node('Mul', [net.node('Add', [wide, cube]), net.scalar(0.7978845608)])])
    const curve = net.node('Mul', [net.node('Mul', [wide, net.scalar(0.5)]), net.node('Add', [tanh, net.scalar(1)])])
    x = net.node('Add', [x, gemm(curve, 64, width)])
  }
  return net.output(net.node('MatMul', [norm(x), net.node('Transpose', [table], { perm: [1, 0] })]))
}

/** Sentences as vectors: a mean over words, of length 1. */
export function sentence(): Net {
  const [words, width] = [14, 24]
  const net = new Net('sentence', 13)
  const found = net.node('Gather', [net.drawn([30, width], 1), net.input('ids', [1, words], 30)])
  const x = net.node('Relu', [net.dense(found, width, width)])
  const mean = net.node('ReduceMean', [x], { axes: [1], keepdims: 0 })
  const y = net.dense(mean, width, 16)
  const length = net.node('ReduceL2', [y], { axes: [-1], keepdims: 1 })
  return net.output(net.node('Div', [y, net.node('Clip', [length, net.scalar(1e-12)])]))
}

/** Gates of tanh and sigmoid over series, ways around and ways out. */
export function waveNet(): Net {
  const net = new Net('wavenet', 13)
  const conv = (x: string, from: number, to: number, size: number, gap: number): string => {
    const weights = net.drawn([to, from, size], Math.sqrt(1.2 / (from * size)))
    const around = (gap * (size - 1)) / 2
    return net.node('Conv', [x, weights, net.drawn([to], 0.1)], { kernel_shape: [size], dilations: [gap], pads: [around, around] })
  }
  let x = conv(net.input('x', [1, 2, 32]), 2, 12, 1, 1)
  const outs: string[] = []
  for (const gap of [1, 2, 4]) {
    const [a, b] = net.nodes('Split', [conv(x, 12, 24, 3, gap), net.ints(12, 12)], 2, { axis: 1 }) as [string, string]
    const gated = net.node('Mul', [net.node('Tanh', [a]), net.node('Sigmoid', [b])])
    outs.push(conv(gated, 12, 8, 1, 1))
    x = net.node('Add', [conv(gated, 12, 12, 1, 1), x])
  }
  const sum = outs.reduce((a, b) => net.node('Add', [a, b]))
  const y = conv(net.node('Relu', [sum]), 8, 6, 1, 1)
  return net.output(net.node('LogSoftmax', [y], { axis: 1 }))
}

/** Swin: windows of a picture, moved by halves, with a bias of each place. */
export function swin(): Net {
  const [side, width, count, size] = [8, 16, 2, 4]
  const net = new Net('swin', 20)
  const norm = (x: string): string => net.node('LayerNormalization', [x, net.positive([width]), net.drawn([width], 0.1)], { axis: -1 })
  const rolled = (x: string, axis: number, by: number): string => {
    const cut = (from: number, to: number): string => net.node('Slice', [x, net.ints(from), net.ints(to), net.ints(axis)])
    return net.node('Concat', [cut(by, side), cut(0, by)], { axis })
  }
  const patches = net.conv(net.input('x', [1, 3, 16, 16]), 3, width, 2, { strides: [2, 2], pads: [0, 0, 0, 0] })
  let x = net.node('Transpose', [patches], { perm: [0, 2, 3, 1] })
  for (const moves of [false, true]) {
    let y = norm(x)
    if (moves) y = rolled(rolled(y, 1, 2), 2, 2)
    const cut = net.node('Transpose', [net.node('Reshape', [y, net.ints(1, 2, size, 2, size, width)])], { perm: [0, 1, 3, 2, 4, 5] })
    const windows = net.node('Reshape', [cut, net.ints(4, 16, width)])
    const parts = net.node('Reshape', [net.dense(windows, width, 3 * width), net.ints(4, 16, 3, count, width / count)])
    const turned = net.node('Transpose', [parts], { perm: [2, 0, 3, 1, 4] })
    const [q, k, v] = [0, 1, 2].map((at) => net.node('Gather', [turned, net.constant('i64', [], [at])], { axis: 0 })) as [
      string,
      string,
      string,
    ]
    const products = net.node('MatMul', [net.node('Mul', [q, net.scalar(0.35355339)]), net.node('Transpose', [k], { perm: [0, 1, 3, 2] })])
    const shares = net.node('Softmax', [net.node('Add', [products, net.drawn([1, count, 16, 16], 0.5)])], { axis: -1 })
    const mixed = net.node('Reshape', [
      net.node('Transpose', [net.node('MatMul', [shares, v])], { perm: [0, 2, 1, 3] }),
      net.ints(4, 16, width),
    ])
    const back = net.node('Reshape', [net.dense(mixed, width, width), net.ints(1, 2, 2, size, size, width)])
    let z = net.node('Reshape', [net.node('Transpose', [back], { perm: [0, 1, 3, 2, 4, 5] }), net.ints(1, side, side, width)])
    if (moves) z = rolled(rolled(z, 1, side - 2), 2, side - 2)
    x = net.node('Add', [x, z])
    x = net.node('Add', [x, net.dense(net.node('Gelu', [net.dense(norm(x), width, 32)], {}), 32, width)])
  }
  const mean = net.node('ReduceMean', [norm(x), net.ints(1, 2)], { keepdims: 0 })
  return net.output(net.gemm(mean, width, 6))
}
