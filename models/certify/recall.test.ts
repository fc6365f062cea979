import { describe, it } from 'node:test'
import { expect } from 'chai'
import { code, kernel } from '../exec/reference/sample.ts'
import { alike, type Contents, constantContents, groupedContents, valuesOf } from './contents.ts'
import { fault } from './fault.ts'
import { Recall } from './recall.ts'
import { Identities } from './sources.ts'
import { atom, type Value } from './value.ts'

const VALUE = atom(-3, 5, 0, { source: 7 })
const idsOf = (...all: readonly Contents[]): number[] => {
  const identities = new Identities()
  return all.map((contents) => identities.of(contents).id)
}
const pair = (a: Value, b: Value): Contents => groupedContents(2, [{ stride: 1, extent: 2 }], [a, b])

describe('what two buffers are known to hold', () => {
  const others: Readonly<Record<keyof Value, Partial<Value>>> = {
    least: { least: -4 },
    greatest: { greatest: 6 },
    exponent: { exponent: -1 },
    positive: { positive: 6 },
    negative: { negative: 4 },
    literal: { literal: true },
    odd: { odd: 3 },
    low: { low: 0.5 },
    high: { high: 2 },
    largest: { largest: 9 },
    finest: { finest: -1 },
    products: { products: 1 },
    minusZero: { minusZero: true },
    nan: { nan: true },
    open: { open: true },
    source: { source: -1 },
    fault: { fault: fault('ROOT', 0) },
  }
  for (const [field, change] of Object.entries(others)) {
    it(`differs by ${field}`, () => {
      expect(idsOf(alike(4, VALUE), alike(4, { ...VALUE, ...change }))).to.deep.equal([0, 1])
    })
  }

  it('differs by what a fault says, by its length and its groups', () => {
    const found = fault('BOUND', 3, 4, 7)
    const faulty = [found, { ...found, rule: 'SCALE' as const }, { ...found, size: 4 }, { ...found, excess: 5 }, { ...found, source: -1 }]
    expect(idsOf(...faulty.map((each) => alike(4, { ...VALUE, fault: each })))).to.deep.equal([0, 1, 2, 3, 4])
    expect(idsOf(alike(4, VALUE), alike(2, VALUE), pair(VALUE, atom(0, 1, 0)), pair(atom(0, 1, 0), VALUE))).to.deep.equal([0, 1, 2, 3])
  })

  it('is the same wherever it comes from, if the order of the buffers is', () => {
    const [a, b] = [atom(0, 1, 0), atom(0, 2, 0)]
    const from = (first: number, second: number): Contents => pair({ ...a, source: first }, { ...b, source: second })
    expect(idsOf(from(1, 2), from(3, 9), from(2, 1), from(5, 5))).to.deep.equal([0, 0, 1, 2])
  })

  it('differs between constants by any byte, and by their types', () => {
    const constant = (type: 'i8' | 'u8', ...bytes: number[]): Contents =>
      constantContents({ type, count: bytes.length, bytes: Uint8Array.from(bytes) }, 3)
    const long = Array.from({ length: 40 }, () => 1)
    const all = [constant('i8', ...long, 2), constant('i8', ...long, 2), constant('i8', ...long, 3), constant('u8', ...long, 2)]
    expect(idsOf(...all)).to.deep.equal([0, 0, 1, 2])
  })
})

describe('equal kernels on equal operands', () => {
  const operand = (source: number): Contents =>
    groupedContents(
      6,
      [{ stride: 1, extent: 3 }],
      [1, 2, 3].map((greatest) => atom(0, greatest, 0, { source })),
    )
  const copy = (base: number) =>
    kernel({
      shape: [1],
      loads: [{ buffer: 0, lag: 0, base, fill: 0, axes: [] }],
      result: code('load 0'),
    })
  const greatest = (recall: Recall, base: number): number[] =>
    valuesOf(recall.examine(copy(base), [operand(0)], ['f32']).contents).map((value) => value.greatest)

  it('are told apart by where they read, and not by whole turns', () => {
    const recall = new Recall()
    expect([0, 1, 2, 3, 4].map((base) => greatest(recall, base))).to.deep.equal([[1], [2], [3], [1], [2]])
    const [first, turned] = [0, 3].map((base) => recall.examine(copy(base), [operand(0)], ['f32']).watch)
    expect(turned).to.equal(first)
  })

  it('name the buffers that they read', () => {
    const recall = new Recall()
    const sources = [4, 2].map((source) => valuesOf(recall.examine(copy(0), [operand(source)], ['f32']).contents)[0]!.source)
    expect(sources).to.deep.equal([4, 2])
  })
})
