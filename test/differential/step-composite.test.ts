import { describe, it } from 'node:test'
import { replay } from '@opine/cli/replay.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { type Case, fileOf, int, ints, node, scalar, weights } from '../support/onnx-case.ts'
import { randomNumbers } from '../support/run-onnx.ts'

/** A recurrent layer with peepholes, attention with a mask, rotations, a transposed convolution, quantised products and trees. */
const EVERYTHING: Case = {
  inputs: { x: [3, 2, 8] },
  nodes: [
    node('LSTM', 'x w r b - - - p', 'l lh lc', { hidden_size: int(4), direction: { string: 'bidirectional' } }),
    node('GRU', 'x gw gr gb', 'g', { hidden_size: int(4), linear_before_reset: int(1) }),
    node('Attention', 'x x x', 'a', { q_num_heads: int(2), kv_num_heads: int(2), is_causal: int(1), softcap: { float: 2 } }),
    node('RotaryEmbedding', 'a c ss positions', 't', { num_heads: int(2) }),
    node('ConvTranspose', 'l cw', 'u', { strides: ints(2, 1), pads: ints(1, 0, 1, 0) }),
    node('QuantizeLinear', 'x s z', 'q'),
    node('MatMulInteger', 'q m z', 'i'),
    node('DequantizeLinear', 'i s', 'd'),
    node('Einsum', 'd t', 'e', { equation: { string: 'abc,abd->cd' } }),
    node('Reshape', 'x rows', 'f'),
    {
      ...node('TreeEnsembleRegressor', 'f', 'v', {
        nodes_treeids: ints(0, 0, 0),
        nodes_nodeids: ints(0, 1, 2),
        nodes_featureids: ints(5, 0, 0),
        nodes_truenodeids: ints(1, 0, 0),
        nodes_falsenodeids: ints(2, 0, 0),
        nodes_values: { floats: [0.1, 0, 0] },
        nodes_modes: { strings: ['BRANCH_LEQ', 'LEAF', 'LEAF'] },
        target_treeids: ints(0, 0),
        target_nodeids: ints(1, 2),
        target_ids: ints(0, 0),
        target_weights: { floats: [0.5, -3] },
        n_targets: int(1),
      }),
      domain: 'ai.onnx.ml',
    },
  ],
  weights: [
    ...[weights('w', 2, 16, 8), weights('r', 2, 16, 4), weights('b', 2, 32), weights('p', 2, 12)],
    ...[weights('gw', 1, 12, 8), weights('gr', 1, 12, 4), weights('gb', 1, 24)],
    ...[weights('c', 5, 2), weights('ss', 5, 2), weights('cw', 2, 3, 3, 2), scalar('s', 0.05)],
    { name: 'positions', type: 'i64', shape: [3, 2], data: [0, 1, 4, 2, 3, 3] },
    { name: 'z', type: 'u8', shape: [], data: [120] },
    { name: 'm', type: 'i8', shape: [8, 5], data: Array.from({ length: 40 }, (_, index) => ((index * 37) % 101) - 50) },
    { name: 'rows', type: 'i64', shape: [2], data: [6, 8] },
  ],
  opset: 23,
  domains: { 'ai.onnx.ml': 3 },
  outputs: ['u', 'lc', 'g', 'e', 'v'],
}

describe('lowered composite operators', () => {
  it('are recomputed on chain, every kernel and every kind of step', async () => {
    const { program } = compile(fileOf('everything', EVERYTHING))
    const x = new Uint8Array(Float32Array.from(randomNumbers(48, 1), (value) => 2 * value).buffer)
    const result = await replay(program, [x], { steps: 60, seed: 1, allKernels: true })
    expect(result.mismatches).to.deep.equal([])
    expect(result.kinds.gather).to.be.above(2)
  })
})
