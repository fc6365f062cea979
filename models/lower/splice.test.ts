import { describe, it } from 'node:test'
import { expect } from 'chai'
import { f32, get, load, op, set } from '../ir/expression.ts'
import { splice } from './splice.ts'

describe('splice', () => {
  const twice = [load(0), set(0), get(0), get(0), op('f32.mul')]

  it('puts the code in place of the only load', () => {
    expect(splice([f32(1), load(2), op('f32.sub')], 2, [load(0), op('f32.neg')])).to.deep.equal([
      f32(1),
      load(0),
      op('f32.neg'),
      op('f32.sub'),
    ])
  })

  it('keeps in a local what is read more than once', () => {
    expect(splice([load(1), load(1), op('f32.mul')], 1, [load(0), op('f32.neg')])).to.deep.equal([
      ...[load(0), op('f32.neg'), set(0)],
      ...[get(0), get(0), op('f32.mul')],
    ])
  })

  it('gives locals used by both a number of their own while both are live', () => {
    const outer = [load(0), set(0), load(1), get(0), op('f32.add')]
    expect(splice(outer, 1, twice)).to.deep.equal([
      ...[load(0), set(0), load(0), set(1), get(1), get(1), op('f32.mul')],
      ...[get(0), op('f32.add')],
    ])
    let code = [...twice]
    for (let times = 0; times < 5; times += 1) code = [...splice([load(1), set(0), get(0), get(0), op('f32.mul')], 1, code)!]
    expect(Math.max(...code.filter((step) => step.op === 'set').map((step) => step.arg!))).to.equal(0)
  })

  it('gives null for what no descriptor holds', () => {
    const long = [load(0), ...Array.from({ length: 120 }, () => [f32(1), op('f32.add')]).flat()]
    expect(splice([load(1), ...long.slice(1)], 1, long)).to.equal(null)
    const deep = [...Array.from({ length: 15 }, () => f32(1)), load(0), load(1), ...Array.from({ length: 16 }, () => op('f32.add'))]
    expect(splice([load(1)], 1, deep)).to.equal(null)
  })
})
