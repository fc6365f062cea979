import { describe, it } from 'node:test'
import { replay } from '@opine/cli/replay.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { type Case, fileOf, int, integers, ints, node, scalar, weights } from '../support/onnx-case.ts'
import { randomNumbers } from '../support/run-onnx.ts'

/** Coordinates in code, triangular guards, bytes and every long function. */
const EVERYTHING: Case = {
  inputs: { x: [2, 3, 4, 5] },
  nodes: [
    node('TopK', 'x k', 't i', { axis: int(3) }),
    node('ArgMax', 'x', 'a', { axis: int(1), select_last_index: int(1) }),
    node('Hardmax', 'x', 'h', { axis: int(2) }),
    node('CumSum', 'x c', 's', { reverse: int(1) }),
    node('MaxPool', 'x', 'p j', { kernel_shape: ints(2, 2), pads: ints(1, 0, 0, 1) }),
    node('LogSoftmax', 's', 'l'),
    node('Abs', 'l', 'b'),
    node('Pow', 'b e', 'w'),
    node('Mod', 'w b', 'm', { fmod: int(1) }),
    node('Softplus', 'h', 'q'),
    node('LRN', 'x', 'r', { size: int(3), beta: { float: 0.6 } }),
    node('Less', 'r x', 'd'),
    node('Where', 'd m q', 'u'),
    node('LayerNormalization', 'u v', 'y', { axis: int(-1) }),
  ],
  weights: [integers('k', 3), integers('c', 2), scalar('e', 0.7), weights('v', 5)],
  types: { i: 'i64', a: 'i64', j: 'i64' },
  outputs: ['t', 'i', 'a', 'p', 'j', 'y'],
}

describe('lowered computing operators', () => {
  it('are recomputed on chain, every kernel and every kind of step', async () => {
    const { program } = compile(fileOf('everything', EVERYTHING))
    const x = new Uint8Array(Float32Array.from(randomNumbers(120, 1)).buffer)
    const result = await replay(program, [x], { steps: 80, seed: 1, allKernels: true })
    expect(result.mismatches).to.deep.equal([])
  })
})
