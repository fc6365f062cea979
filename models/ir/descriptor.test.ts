import { test } from 'node:test'
import { expect } from 'chai'
import { decodeKernel } from './decode.ts'
import { encodeKernel } from './encode.ts'
import { f32, load, op, variable } from './expression.ts'
import { decodeHeader, encodeHeader, headerOf } from './header.ts'
import { decodeMeta, metaOf } from './meta.ts'
import type { Kernel, Program } from './types.ts'

const affine = (offset: number, ...terms: [number, number][]) =>
  ({ kind: 'affine', offset, terms: terms.map(([variable, coefficient]) => ({ variable, coefficient })) }) as const

/** A product of a 3 x 4 input with a constant of 4 x 2, scaled. */
const matmul: Kernel = {
  foldType: 'f32',
  resultType: 'f32',
  storeType: 'f32',
  shape: [3, 2],
  reduce: { op: 'sum', extents: [4], block: 3 },
  loads: [
    {
      buffer: 0,
      lag: 0,
      base: 0,
      fill: 0,
      axes: [
        { extent: 3, stride: 4, coordinate: affine(0, [0, 1]) },
        { extent: 4, stride: 1, coordinate: affine(0, [2, 1]) },
      ],
    },
    { buffer: 1, lag: 0, base: 7, fill: 0x3f800000, axes: [{ extent: 4, stride: -2, coordinate: affine(-1, [1, -1], [2, 5]) }] },
  ],
  term: [load(0), load(1), op('f32.mul')],
  result: [op('fold'), f32(0.5), op('f32.mul')],
}
const copy: Kernel = { ...matmul, foldType: 'f32', reduce: null, loads: [], term: [], result: [variable(1), op('f32.from_i32')] }
const program: Program = {
  inputs: [{ type: 'f32', count: 12 }],
  constants: [{ type: 'f16', count: 8, bytes: new Uint8Array(16) }],
  kernels: [copy, matmul],
  places: [
    { committed: true, first: 0, length: 2 },
    { committed: true, first: 0, length: 2 },
  ],
  outputs: [1],
  claims: [0],
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('a descriptor has the bytes of the specification', () => {
  expect(hex(encodeKernel(copy))).to.equal(`${'01000000'}${'00020000'}${'00000000'}${'0000000300000002'}${'0000'}${'0003'}${'020131'}`)
  expect(decodeKernel(encodeKernel(matmul))).to.deep.equal(matmul)
})

test('a meta and a header have the bytes of the specification', () => {
  expect(hex(metaOf(program, 3))).to.equal(`03000100${'00000006'}${'00000000'}${'00000002'}${'00000002'}${'00'.repeat(12)}`)
  expect(hex(metaOf(program, 1))).to.equal(`02040000${'00000008'}${'00'.repeat(24)}`)
  for (let buffer = 0; buffer < 4; buffer++) expect(decodeMeta(metaOf(program, buffer)).kind).to.be.a('string')
  const words = [1, 1, 1, 1, 2, 1, 0, 12, 1, 0, 6, 1, 0]
  expect(hex(encodeHeader(program))).to.equal(words.map((word) => word.toString(16).padStart(8, '0')).join(''))
  expect(decodeHeader(encodeHeader(program))).to.deep.equal(headerOf(program))
})
