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
})
