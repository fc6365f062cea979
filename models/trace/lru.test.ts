import { describe, it } from 'node:test'
import { expect } from 'chai'
import { Lru } from './lru.ts'

describe('lru', () => {
  it('keeps what was used last, within its weight', () => {
    const lru = new Lru<number>(10)
    const made: string[] = []
    const get = (key: string, weight: number): number =>
      lru.get(key, () => {
        made.push(key)
        return { value: weight, weight }
      })
    for (const [key, weight] of [
      ['a', 4],
      ['b', 4],
      ['a', 4],
      ['c', 4],
      ['a', 4],
      ['b', 4],
      ['big', 99],
      ['big', 99],
    ] as const)
      get(key, weight)
    expect(made.join()).to.equal('a,b,c,b,big')
  })

  it('finds what is there, which counts as using it', () => {
    const lru = new Lru<number>(2)
    for (const key of ['a', 'b']) lru.get(key, () => ({ value: 1, weight: 1 }))
    expect(lru.find('a')).to.equal(1)
    lru.get('c', () => ({ value: 1, weight: 1 }))
    expect(['a', 'b', 'c'].map((key) => lru.find(key))).to.deep.equal([1, undefined, 1])
  })
})
