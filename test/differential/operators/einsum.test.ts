import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { type Case, fileOf, itAgrees, node, text, weights } from '../../support/onnx-case.ts'

const einsum = (equation: string, inputs: Record<string, readonly number[]>, rest: Partial<Case> = {}): Case => ({
  inputs,
  nodes: [
    node('Einsum', [...Object.keys(inputs), ...(rest.weights ?? []).map(({ name }) => name)].join(' '), 'y', { equation: text(equation) }),
  ],
  ...rest,
})

const CASES: Readonly<Record<string, Case>> = {
  'a matrix product': einsum('ij,jk->ik', { a: [3, 4], b: [4, 5] }, { kernels: 1 }),
  'a product with a constant': einsum('ij,kj->ki', { a: [3, 4] }, { weights: [weights('w', 5, 4)], kernels: 1 }),
  'batches, upper-case letters and blanks': einsum(' bhqD , bhkD -> bhqk ', { a: [2, 3, 4, 5], b: [2, 3, 6, 5] }, { kernels: 1 }),
  'a transpose': einsum('ijk->kij', { a: [2, 3, 4] }, { kernels: 1 }),
  'a sum over two axes': einsum('ijkl->ki', { a: [2, 3, 4, 5] }, { kernels: 1 }),
  'an outer product': einsum('i,jk->kij', { a: [3], b: [4, 2] }, { kernels: 1 }),
  'an inner product to a scalar': einsum('i,i->', { a: [7], b: [7] }, { kernels: 1 }),
  'a trace': einsum('ii', { a: [5, 5] }, { kernels: 1 }),
  'a diagonal in batches': einsum('...ii->...i', { a: [2, 5, 5] }, { kernels: 1 }),
  'an implicit output in alphabetical order': einsum('cb,ba', { a: [3, 4], b: [4, 2] }, { kernels: 1 }),
  'ellipses that broadcast': einsum('...ij,...jk->...ik', { a: [2, 1, 3, 4], b: [2, 5, 4, 2] }, { kernels: 1 }),
  'an ellipsis and an implicit output': einsum('...ij,...jk', { a: [2, 3, 4], b: [2, 4, 2] }, { kernels: 1 }),
  'an axis that one operand alone has': einsum('ij,kl->il', { a: [3, 4], b: [2, 5] }, { kernels: 3 }),
  'three operands, two at a time': einsum('ij,jk,kl->il', { a: [3, 4], b: [4, 5], c: [5, 2] }, { kernels: 2 }),
  'a bilinear form with constant weights': einsum('bn,bm,anm->ba', { a: [2, 3], b: [2, 5] }, { weights: [weights('w', 4, 3, 5)] }),
  int32: einsum('ij,jk->ik', { a: [3, 4], b: [4, 5] }, { type: 'i32' }),
}

describe('Einsum agrees with ONNX Runtime', () => {
  itAgrees(CASES)
})

describe('an Einsum that ONNX does not allow is refused', () => {
  const WRONG: Readonly<Record<string, Case>> = {
    'extents that differ': einsum('ij,jk->ik', { a: [3, 4], b: [5, 2] }),
    'an output label from nowhere': einsum('ij->iz', { a: [3, 4] }),
    'a repeated output label': einsum('ij->ii', { a: [3, 4] }),
    'another number of operands': einsum('ij,jk->ik', { a: [3, 4] }),
    'letters that are none': einsum('i1->i', { a: [3, 4] }),
    'another rank': einsum('ijk->i', { a: [3, 4] }),
  }
  for (const [name, each] of Object.entries(WRONG)) {
    it(name, () => {
      expect(() => compile(fileOf(name, each)))
        .to.throw(OpineError)
        .with.property('code', 'INVALID_NODE')
    })
  }
})
