/** Dense layers, and the tails that classifiers have. */
import { Net } from './net.ts'

/** Every form that a matrix product has: turned operands, factors, a bias that is one number or none. */
export function mlp(): Net {
  const net = new Net('mlp', 13)
  const x = net.input('x', [12, 4])
  // x turned: [4, 12] by [12, 24].
  let y = net.node('Gemm', [x, net.drawn([12, 24], 0.3), net.drawn([24], 0.1)], { transA: 1, alpha: 0.7, beta: 1.5 })
  y = net.node('Gemm', [net.node('Elu', [y]), net.drawn([20, 24], 0.25)], { transB: 1 })
  y = net.node('Gemm', [net.node('Selu', [y]), net.drawn([20, 16], 0.25), net.drawn([1, 16], 0.1)], { beta: 0.5 })
  y = net.node('MatMul', [net.node('Softplus', [y]), net.drawn([16, 6], 0.3)])
  return net.output(net.node('Gemm', [y, net.drawn([6, 3], 0.4), net.scalar(0.25)]))
}

/** The numbers of a tabular model, put to scale and cut before the first layer; mish and tanh. */
export function tabular(): Net {
  const net = new Net('tabular', 18)
  const x = net.input('x', [1, 10])
  let y = net.node('Div', [net.node('Sub', [x, net.drawn([10], 0.5)]), net.positive([10])])
  y = net.node('Clip', [y, net.scalar(-3), net.scalar(3)])
  y = net.node('Mish', [net.gemm(y, 10, 24)])
  y = net.node('BatchNormalization', [y, net.positive([24]), net.drawn([24], 0.1), net.drawn([24], 0.1), net.positive([24])])
  y = net.node('Tanh', [net.gemm(y, 24, 16)])
  return net.output(net.node('Sigmoid', [net.gemm(y, 16, 1)]))
}

/** Softmax, its logarithm, the greatest of both, the best three. */
export function tails(): Net {
  const net = new Net('tails', 13)
  const x = net.node('Relu', [net.conv(net.input('x', [1, 3, 8, 8]), 3, 12, 3)])
  const pooled = net.node('Flatten', [net.node('GlobalAveragePool', [x])])
  const most = net.node('Flatten', [net.node('GlobalMaxPool', [x])])
  const logits = net.gemm(net.node('Concat', [pooled, most], { axis: 1 }), 24, 6)
  const logs = net.node('LogSoftmax', [logits], { axis: 1 })
  const best = net.node('ArgMax', [logits], { axis: 1, keepdims: 0 })
  return net.output(logits, net.node('Softmax', [logits], { axis: -1 }), logs).numbers(best)
}
