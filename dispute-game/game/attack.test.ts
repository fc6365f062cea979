import { describe, it } from 'node:test'
import { expect } from 'chai'
import { toHex } from '../merkle/hex.ts'
import { leafAt, rootOf } from '../merkle/tree.ts'
import { ToyGame } from '../toy/game.ts'
import type { ToyLie } from '../toy/lie.ts'

const letter = (kernel: number, element: number, mode: 'alone' | 'downstream' = 'alone'): ToyLie => ({
  kind: 'letter',
  kernel,
  element,
  mode,
})
const padding = (kernel: number, byte: number): ToyLie => ({ kind: 'padding', kernel, byte })
const game = ToyGame.of()

/** The phases, kernels and elements that the honest challenger goes through, and its last move. */
function walk(start: ToyGame) {
  const moves: string[] = []
  let at = start
  for (; at.state.status === 'IN_PROGRESS'; at = at.next()) if (at.state.turn === 'CHALLENGER') moves.push(at.attack.kind)
  return { moves, ...at.state.view, status: at.state.status }
}

describe('attack in the trace tree', () => {
  it('goes to the first leaf that differs, whatever else does', () => {
    const { attack } = game.lie(letter(5, 0), letter(3, 1), letter(4, 0)).until('TRACE')
    expect(attack).to.include({ kind: 'descendTrace', child: 3, program: 3 })
  })

  it('goes level by level where a reveal spans one level', () => {
    const children: number[] = []
    let at = ToyGame.of(undefined, undefined, 1).lie(letter(5, 0)).next()
    for (; at.state.view.phase === 'TRACE'; at = at.next()) {
      if (at.state.turn === 'CHALLENGER' && at.attack.kind === 'descendTrace') children.push(at.attack.child)
    }
    expect(children, 'leaf 5 of 8').to.deep.equal([1, 0, 1])
  })

  it('names the kernel whose leaf in the program goes with the move; none above the leaves or past the last kernel', () => {
    expect(game.lie({ kind: 'leaf', index: 4 }).until('TRACE').attack).to.include({ child: 4, program: 4 })
    expect(game.lie({ kind: 'leaf', index: 7 }).until('TRACE').attack).to.include({ child: 7, program: null })
    const shallow = ToyGame.of(undefined, undefined, 1).lie(letter(5, 0)).until('TRACE')
    expect(shallow.attack).to.include({ program: null })
  })

  it('wins at once at a leaf that must be zero, of an interior kernel or past the last', () => {
    for (const index of [0, 2, 4, 6, 7]) {
      expect(walk(game.lie({ kind: 'leaf', index }))).to.deep.include({ moves: ['descendTrace'], status: 'CHALLENGER_WINS' })
    }
  })

  it('has nothing to attack in a true trace', () => {
    expect(() => game.until('TRACE').attack)
      .to.throw()
      .with.property('code', 'NOTHING_DIFFERS')
  })
})

describe('attack in a segment', () => {
  it('picks the first false interior below the committed kernel', () => {
    const at = game.lie(letter(0, 3, 'downstream')).until('KERNEL')
    expect(at.state.view.kernel).to.equal(1)
    expect(at.attack).to.include({ kind: 'pick', kernel: 0, program: 0 })
  })

  it('picks the committed kernel where all interiors below it are true', () => {
    const at = game.lie(letter(1, 0)).until('KERNEL')
    expect(at.attack).to.include({ kind: 'pick', kernel: 1, program: null })
    expect(toHex(at.next().state.view.node), 'the salted leaf stays').to.equal(toHex(leafAt(at.defender.traceTree(), 1)))
  })

  it('takes no notice of interiors after the committed kernel, which it feeds', () => {
    const at = game.lie(letter(1, 0), letter(2, 1)).until('KERNEL')
    expect(at.attack).to.include({ kind: 'pick', kernel: 1 })
  })

  it('takes no notice of what a list says at a committed kernel', () => {
    const at = game.lie(letter(5, 1)).until('KERNEL')
    const { first, length } = at.defender.facts(5)
    const roots = at.defender.interior(first, length).map((root, i) => (i === 1 ? root.map(() => 9) : root))
    const sworn = game.lie(letter(5, 1)).next().next().move({ kind: 'swearInterior', roots })
    expect(sworn.attack).to.include({ kind: 'pick', kernel: 5 })
    expect(sworn.until('END').state.status).to.equal('CHALLENGER_WINS')
  })

  it('skips the oath in a segment of one kernel', () => {
    const at = game.lie(letter(3, 0)).until('TRACE')
    expect(at.next().state.view.phase).to.equal('TENSOR')
  })
})

describe('attack in a tensor', () => {
  it('goes to the first word and lane that differ', () => {
    const at = game.lie(letter(3, 65), letter(3, 40)).until('TENSOR')
    expect(at.attack).to.include({ kind: 'descendTensor', child: 1, lane: 8 })
    expect(at.next().state.view).to.include({ phase: 'LANE', kernel: 3, element: 40 })
  })

  it('counts lanes in letters, not bytes', () => {
    expect(game.lie(letter(1, 4)).until('TENSOR').attack).to.include({ child: 1, lane: 0 })
    expect(game.lie(letter(1, 3)).until('TENSOR').attack).to.include({ child: 0, lane: 3 })
  })

  it('wins at once at padding: inside the last word, or in a word of its own', () => {
    for (const byte of [0, 25, 26, 57]) {
      const at = walk(game.lie(padding(3, byte)))
      expect(at.moves).to.deep.equal(['descendTrace', 'descendTensor'])
      expect(at.status).to.equal('CHALLENGER_WINS')
    }
  })

  it('wins at once at padding of an interior that was sworn', () => {
    for (const byte of [0, 23]) {
      expect(walk(game.lie(letter(1, 0), padding(0, byte))).moves).to.deep.equal(['descendTrace', 'pick', 'descendTensor'])
    }
  })

  it('prefers a false letter before the padding to the padding', () => {
    expect(game.lie(padding(3, 0), letter(3, 69)).until('TENSOR').next().state.view).to.include({ phase: 'LANE', element: 69 })
  })

  it('needs no reveal of an interior of one word, which was sworn as that word', () => {
    const at = game
      .lie(letter(4, 2, 'downstream'))
      .until('KERNEL')
      .next()
    expect(at.state).to.include({ turn: 'CHALLENGER' })
    expect(toHex(at.state.view.node)).to.equal(toHex(rootOf(at.defender.tensorTree(4))))
    expect(at.attack).to.include({ kind: 'descendTensor', child: 0, lane: 2 })
    expect(at.attack).to.have.property('siblings').with.length(0)
  })

  it('unseals a committed tensor of one word by a reveal', () => {
    const at = ToyGame.of({
      text: 3,
      segments: [1],
      kernels: [game.truth.program.kernels[5]!].map((k) => ({ ...k, operands: [-1], count: 2 })),
    })
    const lied = at.lie(letter(0, 1))
    expect(walk(lied).moves).to.deep.equal(['descendTrace', 'descendTensor', 'step'])
  })
})

describe('attack on an element', () => {
  it('steps the whole of a fold of one block', () => {
    expect(game.lie(letter(3, 7)).until('LANE').attack).to.deep.include({ kind: 'step', evaluation: 'ELEMENT', block: 0, totals: [] })
  })

  it('steps the first false block', () => {
    for (const block of [0, 1, 2]) {
      const at = game.lie({ kind: 'total', kernel: 1, element: 2, block }).until('LANE')
      expect(at.attack).to.include({ evaluation: 'BLOCK', block })
      expect(at.next().state.status).to.equal('CHALLENGER_WINS')
    }
  })

  it('steps the result where all totals are true', () => {
    const at = game.lie(letter(1, 2)).until('LANE')
    expect(at.attack).to.include({ evaluation: 'RESULT' })
    expect(at.next().state.status).to.equal('CHALLENGER_WINS')
  })

  it('wins whatever totals are sworn', () => {
    const truth = game.truth.program.kernels[1]!.terms
    for (const totals of [
      [0, 0, 0],
      [1, 2, truth],
      [0xffffffff, 0, 0x80000000],
    ]) {
      const oath: ToyLie = { kind: 'oath', kernel: 1, element: 2, totals }
      expect(game.lie(letter(1, 2), oath).until('END').state.status).to.equal('CHALLENGER_WINS')
    }
  })
})
