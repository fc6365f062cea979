import { describe, it } from 'node:test'
import { expect } from 'chai'
import { toHex } from '../merkle/hex.ts'
import { branch, leafAt, rootFromBranch, rootOf } from '../merkle/tree.ts'
import { revealKey } from '../toy/board.ts'
import { ToyGame } from '../toy/game.ts'
import { overlayBranches } from './overlay.ts'

describe('overlay', () => {
  for (const levels of [1, 2, 3]) {
    it(`opens every leaf before the first difference, with reveals of ${levels} levels and the rest withheld`, () => {
      const game = ToyGame.of(undefined, undefined, levels).lie({ kind: 'letter', kernel: 3, element: 0, mode: 'downstream' })
      const { view, revealed } = game.until('TENSOR').state
      const asserted = game.defender.traceTree()
      const own = game.challenger.traceTree()
      const overlaid = overlayBranches(own, (position) => revealed.get(revealKey({ ...view, phase: 'TRACE', position })), levels)
      for (let leaf = 0; leaf < 3; leaf++) {
        expect(overlaid(leaf).map(toHex)).to.deep.equal(branch(asserted, leaf).map(toHex))
        expect(toHex(rootFromBranch(leafAt(own, leaf), leaf, overlaid(leaf)))).to.equal(toHex(rootOf(asserted)))
      }
      expect(branch(own, 0).map(toHex), 'the own tree alone would not do').to.not.deep.equal(branch(asserted, 0).map(toHex))
    })
  }
})
