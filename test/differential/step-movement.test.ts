import { describe, it } from 'node:test'
import { replay } from '@opine/cli/replay.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { type Case, fileOf, int, integers, node, scalar, text, weights } from '../support/onnx-case.ts'
import { randomNumbers } from '../support/run-onnx.ts'

/** Reads and writes at positions that are values, and sums that begin where a table says. */
const EVERYTHING: Case = {
  inputs: { x: [1, 2, 5, 5], i: [3] },
  types: { i: 'i64' },
  nodes: [
    node('Resize', 'x - - s', 'r', { mode: text('cubic') }),
    node('Pad', 'r p v', 'd'),
    node('Gather', 'd i', 'g', { axis: int(2) }),
    node('Gather', 'w i', 'e'),
    node('Reshape', 'e z', 'u'),
    node('Expand', 'i j', 'k'),
    node('ScatterElements', 'g k u', 'h', { axis: int(3), reduction: text('add') }),
    node('ScatterElements', 'g k u', 'l', { axis: int(3) }),
    node('Concat', 'h l', 'y', { axis: int(1) }),
  ],
  weights: [
    integers('s', 1, 2, 7, 3),
    integers('p', 0, 0, 1, 0, 0, 0, 0, 1),
    scalar('v', 2),
    weights('w', 6, 2),
    integers('z', 1, 2, 1, 3),
    integers('j', 1, 2, 1, 3),
  ],
  opset: 18,
}

describe('lowered movement operators', () => {
  it('are recomputed on chain, every kernel and every kind of step', async () => {
    const { program } = compile(fileOf('everything', EVERYTHING))
    const x = new Uint8Array(Float32Array.from(randomNumbers(50, 1)).buffer)
    const i = new Uint8Array(Int32Array.of(3, 0, -2).buffer)
    const result = await replay(program, [x, i], { steps: 60, seed: 1, allKernels: true })
    expect(result.mismatches).to.deep.equal([])
    expect(result.kinds.gather).to.be.above(10)
  })
})
