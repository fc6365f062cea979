/** Networks over words and series. */
import { Net } from './net.ts'

/** Epsilon added to the mean square of what is left of the mean; scale and bias. */
function decomposedNorm(net: Net, x: string, width: number, power: 'Pow' | 'Mul'): string {
  const rest = net.node('Sub', [x, net.node('ReduceMean', [x], { axes: [-1], keepdims: 1 })])
  const square = power === 'Pow' ? net.node('Pow', [rest, net.scalar(2)]) : net.node('Mul', [rest, rest])
  const variance = net.node('Add', [net.node('ReduceMean', [square], { axes: [-1], keepdims: 1 }), net.scalar(1e-5)])
  const quotient = net.node('Div', [rest, net.node('Sqrt', [variance])])
  return net.node('Add', [net.node('Mul', [quotient, net.positive([width])]), net.drawn([width], 0.1)])
}

const layerNorm = (net: Net, x: string, width: number): string =>
  net.node('LayerNormalization', [x, net.positive([width]), net.drawn([width], 0.1)], { axis: -1, epsilon: 1e-5 })

/** x * 0.5 * (1 + erf(x / sqrt(2))), in the order of the exporters of PyTorch. */
function gelu(net: Net, x: string): string {
  const erf = net.node('Erf', [net.node('Div', [x, net.scalar(Math.SQRT2)])])
  return net.node('Mul', [net.node('Mul', [x, net.node('Add', [erf, net.scalar(1)])]), net.scalar(0.5)])
}

/** Heads beside each other: [1, words, width] to [1, heads, words, width / heads]. */
const heads = (net: Net, x: string, words: number, count: number, width: number, perm: readonly number[]): string =>
  net.node('Transpose', [net.node('Reshape', [x, net.ints(1, words, count, width / count)])], { perm })

function attention(net: Net, x: string, words: number, width: number, count: number, mask: string | null = null): string {
  const [q, k, v] = [0, 1, 2].map(() => net.dense(x, width, width)) as [string, string, string]
  const query = heads(net, q, words, count, width, [0, 2, 1, 3])
  const key = heads(net, k, words, count, width, [0, 2, 3, 1])
  const scores = net.node('Div', [net.node('MatMul', [query, key]), net.scalar(Math.sqrt(width / count))])
  const mixed = net.node('MatMul', [
    net.node('Softmax', [mask === null ? scores : net.node('Add', [scores, mask])], { axis: -1 }),
    heads(net, v, words, count, width, [0, 2, 1, 3]),
  ])
  const joined = net.node('Reshape', [net.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), net.ints(1, words, width)])
  return net.dense(joined, width, width)
}

/** Patches, a class token, two blocks: one with the operators of newer sets, one with norms and curves taken apart. */
export function vit(): Net {
  const [words, width] = [17, 32]
  const net = new Net('vit', 20)
  const patches = net.conv(net.input('x', [1, 3, 32, 32]), 3, width, 8, { strides: [8, 8], pads: [0, 0, 0, 0] })
  const flat = net.node('Transpose', [net.node('Reshape', [patches, net.ints(1, width, 16)])], { perm: [0, 2, 1] })
  let x = net.node('Add', [net.node('Concat', [net.drawn([1, 1, width], 0.5), flat], { axis: 1 }), net.drawn([1, words, width], 0.3)])
  for (const apart of [false, true]) {
    const norm = (y: string): string => (apart ? decomposedNorm(net, y, width, 'Pow') : layerNorm(net, y, width))
    x = net.node('Add', [x, attention(net, norm(x), words, width, 4)])
    const wide = net.dense(norm(x), width, 64)
    x = net.node('Add', [x, net.dense(apart ? gelu(net, wide) : net.node('Gelu', [wide]), 64, width)])
  }
  const first = net.node('Gather', [layerNorm(net, x, width), net.constant('i64', [], [0])], { axis: 1 })
  return net.output(net.gemm(first, width, 10))
}

/** BERT: embeddings that are added, norms behind the sums, a pooled tanh. */
export function bert(): Net {
  const [words, width] = [12, 32]
  const net = new Net('bert', 13)
  const found = net.node('Gather', [net.drawn([40, width], 1), net.input('ids', [1, words], 40)], { axis: 0 })
  // What is padded is taken off the scores: [1, words] of 0 and 1 to [1, 1, 1, words].
  const given = net.node('Unsqueeze', [net.input('mask', [1, words], 2), net.ints(1, 2)])
  const mask = net.node('Mul', [net.node('Sub', [net.scalar(1), net.node('Cast', [given], { to: 1 })]), net.scalar(-10000)])
  let x = decomposedNorm(net, net.node('Add', [found, net.drawn([1, words, width], 0.3)]), width, 'Pow')
  for (let layer = 0; layer < 2; layer += 1) {
    x = decomposedNorm(net, net.node('Add', [attention(net, x, words, width, 2, mask), x]), width, layer === 0 ? 'Pow' : 'Mul')
    const wide = gelu(net, net.dense(x, width, 64))
    x = decomposedNorm(net, net.node('Add', [net.dense(wide, 64, width), x]), width, 'Pow')
  }
  const first = net.node('Gather', [x, net.constant('i64', [], [0])], { axis: 1 })
  return net.output(net.gemm(net.node('Tanh', [net.gemm(first, width, width)]), width, 4))
}

/** Root mean squares, positions by rotation, a causal mask, a gated middle. */
export function llama(): Net {
  const [words, width, count] = [10, 32, 2]
  const size = width / count
  const net = new Net('llama', 17)
  const rms = (x: string): string => {
    const square = net.node('ReduceMean', [net.node('Pow', [x, net.scalar(2)])], { axes: [-1], keepdims: 1 })
    const root = net.node('Sqrt', [net.node('Add', [square, net.scalar(1e-6)])])
    const inverse = net.node('Div', [net.scalar(1), root])
    return net.node('Mul', [net.positive([width]), net.node('Mul', [x, inverse])])
  }
  const angle = (at: number, dim: number): number => at / 10 ** ((2 * (dim % (size / 2))) / size)
  const table = (wave: (x: number) => number): string =>
    net.constant(
      'f32',
      [1, 1, words, size],
      Array.from({ length: words * size }, (_, index) => wave(angle(Math.floor(index / size), index % size))),
    )
  const [cosines, sines] = [table(Math.cos), table(Math.sin)]
  const slice = (x: string, from: number, to: number): string =>
    net.node('Slice', [x, net.ints(from), net.ints(to), net.ints(3), net.ints(1)])
  const rotated = (x: string): string => {
    const half = net.node('Concat', [net.node('Neg', [slice(x, size / 2, size)]), slice(x, 0, size / 2)], { axis: -1 })
    return net.node('Add', [net.node('Mul', [x, cosines]), net.node('Mul', [half, sines])])
  }
  const mask = net.constant(
    'f32',
    [1, 1, words, words],
    Array.from({ length: words * words }, (_, at) => (at % words > Math.floor(at / words) ? Number.NEGATIVE_INFINITY : 0)),
  )
  const linear = (x: string, from: number, to: number): string => net.node('MatMul', [x, net.drawn([from, to], Math.sqrt(1 / from))])
  let x = net.node('Gather', [net.drawn([30, width], 1), net.input('ids', [1, words], 30)])
  for (let layer = 0; layer < 2; layer += 1) {
    const y = rms(x)
    const [q, k, v] = [0, 1, 2].map(() => heads(net, linear(y, width, width), words, count, width, [0, 2, 1, 3])) as [
      string,
      string,
      string,
    ]
    const keys = net.node('Transpose', [rotated(k)], { perm: [0, 1, 3, 2] })
    const scores = net.node('Add', [net.node('Div', [net.node('MatMul', [rotated(q), keys]), net.scalar(Math.sqrt(size))]), mask])
    const mixed = net.node('MatMul', [net.node('Softmax', [scores], { axis: -1 }), v])
    const joined = net.node('Reshape', [net.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), net.ints(1, words, width)])
    x = net.node('Add', [x, linear(joined, width, width)])
    const z = rms(x)
    const gate = linear(z, width, 48)
    const swish = net.node('Mul', [gate, net.node('Sigmoid', [gate])])
    x = net.node('Add', [x, linear(net.node('Mul', [swish, linear(z, width, 48)]), 48, width)])
  }
  return net.output(linear(rms(x), width, 30))
}

/** Embeddings, two directions, a dense layer at each step. */
export function biLstm(): Net {
  const [steps, width, units] = [9, 12, 8]
  const net = new Net('bilstm', 14)
  const found = net.node('Gather', [net.drawn([25, width], 1), net.input('ids', [1, steps], 25)])
  const turned = net.node('Transpose', [found], { perm: [1, 0, 2] })
  const parameters = [net.drawn([2, 4 * units, width], 0.35), net.drawn([2, 4 * units, units], 0.35), net.drawn([2, 8 * units], 0.1)]
  const zeros = net.constant('f32', [2, 1, units], new Float32Array(2 * units))
  const [y] = net.nodes('LSTM', [turned, ...parameters, '', zeros, zeros], 3, { hidden_size: units, direction: 'bidirectional' }) as [
    string,
  ]
  const sides = net.node('Reshape', [net.node('Transpose', [y], { perm: [0, 2, 1, 3] }), net.ints(steps, 1, 2 * units)])
  return net.output(net.dense(net.node('Transpose', [sides], { perm: [1, 0, 2] }), 2 * units, 5))
}

/** Over a series; what is last goes into a dense layer. */
export function gru(): Net {
  const [steps, width, units] = [10, 6, 10]
  const net = new Net('gru', 14)
  const turned = net.node('Transpose', [net.input('x', [1, steps, width])], { perm: [1, 0, 2] })
  const parameters = [net.drawn([1, 3 * units, width], 0.35), net.drawn([1, 3 * units, units], 0.35), net.drawn([1, 6 * units], 0.1)]
  const [, last] = net.nodes('GRU', [turned, ...parameters], 2, { hidden_size: units, linear_before_reset: 1 }) as [string, string]
  return net.output(net.gemm(net.node('Squeeze', [last, net.ints(0)]), units, 3))
}

/** Convolutions over time with growing gaps, padded on the left alone, ways around them. */
export function tcn(): Net {
  const net = new Net('tcn', 13)
  let x = net.input('x', [1, 4, 40])
  let from = 4
  for (const gap of [1, 2, 4]) {
    const conv = (y: string, depth: number): string => {
      const padded = net.node('Pad', [y, net.ints(0, 0, 2 * gap, 0, 0, 0), net.scalar(0)], { mode: 'constant' })
      const weights = net.drawn([16, depth, 3], Math.sqrt(1.6 / (depth * 3)))
      return net.node('Relu', [
        net.node('Conv', [padded, weights, net.drawn([16], 0.1)], { kernel_shape: [3], dilations: [gap], pads: [0, 0] }),
      ])
    }
    const inner = conv(conv(x, from), 16)
    const around = from === 16 ? x : net.node('Conv', [x, net.drawn([16, from, 1], Math.sqrt(1 / from)), net.drawn([16], 0.1)])
    x = net.node('Relu', [net.node('Add', [inner, around])])
    from = 16
  }
  const last = net.node('Slice', [x, net.ints(-1), net.ints(40), net.ints(2)])
  return net.output(net.gemm(net.node('Squeeze', [last, net.ints(2)]), 16, 3))
}
