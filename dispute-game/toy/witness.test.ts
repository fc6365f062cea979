import { describe, it } from 'node:test'
import { expect } from 'chai'
import type { ChallengerMove } from '../game/types.ts'
import { toHex } from '../merkle/hex.ts'
import { interiorTree } from '../merkle/interior.ts'
import { rootFromMultiProof } from '../merkle/multiproof.ts'
import { leafAt, rootOf } from '../merkle/tree.ts'
import { ToyGame } from './game.ts'
import { segmentOf } from './program.ts'
import { openToyWitness, type ToyWitness } from './witness.ts'

type Step = ChallengerMove & { readonly kind: 'step' }

/** The step that ends a game, and its witness. */
function last(game: ToyGame): { readonly move: Step; readonly witness: ToyWitness; readonly at: ToyGame } {
  const at = game.until('LANE')
  const move = at.attack as Step
  return { move, witness: at.witness(move), at }
}

const words = (witness: ToyWitness): [number, readonly number[]][] => witness.map(({ buffer, indices }) => [buffer, indices])

describe('a step witness', () => {
  const lied = ToyGame.of().lie(
    { kind: 'letter', kernel: 5, element: 0, mode: 'alone' },
    { kind: 'letter', kernel: 5, element: 2, mode: 'alone' },
  )

  it('opens exactly the words that the transition reads, by buffer', () => {
    // Element 2 of kernel 5 reads letters 2, 3, 4, 0 of kernels 4 and 1 in turn: blocks (4:2, 1:3) and (4:4, 1:0).
    const first = ToyGame.of().lie({ kind: 'total', kernel: 5, element: 2, block: 0 })
    expect(words(last(first).witness)).to.deep.equal([
      [1, [0]],
      [4, [0]],
    ])
    const at = ToyGame.of().lie({ kind: 'total', kernel: 1, element: 3, block: 0 })
    expect(words(last(at).witness), 'the text is no operand').to.deep.equal([[0, [0]]])
    const wide = ToyGame.of().lie({ kind: 'letter', kernel: 4, element: 3, mode: 'downstream' })
    expect(words(last(wide).witness)).to.deep.equal([[3, [0]]])
  })

  it('opens nothing for a result', () => {
    const { move, witness } = last(lied)
    expect(move.evaluation).to.equal('RESULT')
    expect(witness).to.deep.equal([])
  })

  it('opens words under the own roots, which stand in the asserter’s trees', () => {
    const { witness, at } = last(ToyGame.of().lie({ kind: 'total', kernel: 5, element: 2, block: 1 }))
    for (const { buffer, root, indices, words, siblings } of witness) {
      const tree = at.challenger.tensorTree(buffer)
      expect(toHex(root)).to.equal(toHex(rootOf(tree)))
      expect(words.map(toHex)).to.deep.equal(indices.map((i) => toHex(leafAt(tree, i))))
      expect(toHex(rootFromMultiProof(tree.depth, indices, words, siblings))).to.equal(toHex(root))
    }
  })

  it('is refused with another word, root, path, or without the oath on the segment', () => {
    const { witness, at } = last(ToyGame.of().lie({ kind: 'total', kernel: 5, element: 2, block: 0 }))
    const { program, text, ...rest } = at.board
    const { first } = segmentOf(program, 5)
    const sworn = at.state.interiors.get(first)!
    const interiorRoot = rootOfList(sworn)
    const committed = { ...rest, interiorRoot }
    const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1)
    expect(openToyWitness(program, text, witness, committed)).to.be.a('function')
    for (const which of [0, 1]) {
      const opening = witness[which]!
      const bad: ToyWitness[number][] = [
        { ...opening, words: opening.words.map(flip) },
        { ...opening, root: flip(opening.root) },
        { ...opening, place: opening.place.slice(1) },
        { ...opening, place: opening.place.map(flip) },
        { ...opening, buffer: which === 0 ? 3 : 5 },
      ]
      for (const one of bad) expect(openToyWitness(program, text, [one], committed), `opening ${which}`).to.equal(undefined)
    }
    expect(openToyWitness(program, text, witness, { ...committed, interiorRoot: undefined })).to.equal(undefined)
    expect(openToyWitness(program, text, witness, { ...committed, salt: flip(rest.salt) })).to.equal(undefined)
  })
})

function rootOfList(roots: readonly Uint8Array[]): Uint8Array {
  return rootOf(interiorTree(roots))
}
