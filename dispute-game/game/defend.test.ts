import { describe, it } from 'node:test'
import { expect } from 'chai'
import { toHex } from '../merkle/hex.ts'
import { descendants } from '../merkle/tree.ts'
import { ToyGame } from '../toy/game.ts'
import { defend, levelsBelow } from './defend.ts'

/** The asserter's moves on the way of a challenger after one false letter. */
function answers(game: ToyGame): string[] {
  const kinds: string[] = []
  for (let at = game; at.state.status === 'IN_PROGRESS'; at = at.next()) {
    if (at.state.turn === 'ASSERTER') kinds.push(defend(at.state.view, at.defender).kind)
  }
  return kinds
}

describe('defend', () => {
  const game = ToyGame.of()

  it('reveals as many levels as a reveal spans, fewer near the leaves', () => {
    expect([1, 2, 5].map((levels) => levelsBelow(3, 1, levels))).to.deep.equal([1, 2, 3])
    expect([1, 2, 4, 8].map((position) => levelsBelow(3, position, 2))).to.deep.equal([2, 2, 1, 0])
    for (const levels of [1, 2, 3]) {
      const { state, defender } = ToyGame.of(undefined, undefined, levels)
      const move = defend(state.view, defender)
      expect(move.kind === 'reveal' && move.nodes.map(toHex)).to.deep.equal(descendants(defender.traceTree(), 1, levels).map(toHex))
    }
  })

  it('reveals its trace, swears its interior, reveals the tensor, swears its totals', () => {
    const lied = game.lie({ kind: 'letter', kernel: 1, element: 0, mode: 'alone' })
    expect(answers(lied)).to.deep.equal(['reveal', 'swearInterior', 'reveal', 'swearTotals'])
  })

  it('swears nothing in a segment of one kernel and no totals where there is one block', () => {
    expect(answers(game.lie({ kind: 'letter', kernel: 3, element: 0, mode: 'alone' }))).to.deep.equal(['reveal', 'reveal'])
  })

  it('lists zero words for committed kernels and swears the totals of the element in question', () => {
    const at = game.lie({ kind: 'letter', kernel: 1, element: 3, mode: 'alone' }).until('KERNEL')
    const list = at.posted.interior().map(toHex)
    expect(list[1]).to.equal(toHex(new Uint8Array(32)))
    expect(list).to.have.length(3)
    expect(at.until('LANE').posted.totals()).to.deep.equal(at.truth && Array.from(at.defender.totals(1, 3)))
  })
})
