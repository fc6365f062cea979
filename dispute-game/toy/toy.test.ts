import { describe, it } from 'node:test'
import { expect } from 'chai'
import { toHex } from '../merkle/hex.ts'
import { leafAt } from '../merkle/tree.ts'
import { ToyGame } from './game.ts'
import { paddingOf, type ToyLie, toyLie, zeroLeaves } from './lie.ts'
import { ALPHABET, blocksOf, segmentOf } from './program.ts'
import { totalsOf, trueTrace } from './trace.ts'

const truth = trueTrace(ALPHABET, 'opine')
const text = (words: Uint8Array, size: number, count: number): string =>
  Array.from({ length: count }, (_, i) => String.fromCharCode(words[i * size]!)).join('')

describe('the alphabet trace', () => {
  it('adds letters up by hand', () => {
    // Kernel 2 copies the letters of kernel 1 and shifts them by its number.
    const [from, to] = [truth.words[1]!, truth.words[2]!]
    for (let i = 0; i < 3; i++) expect(to[i]).to.equal(97 + ((from[8 * i]! + 2) % 26))
    expect(text(truth.words[0]!, 1, 40)).to.match(/^[a-z]{40}$/)
    // Element 0 of kernel 0 adds the first two letters of "opine".
    expect(truth.words[0]![0]).to.equal(97 + ((111 + 112) % 26))
  })

  it('has committed and interior kernels, folds, padding and zero leaves', () => {
    expect(zeroLeaves(ALPHABET)).to.deep.equal([0, 2, 4, 6, 7])
    expect(ALPHABET.kernels.map(blocksOf)).to.deep.equal([1, 3, 1, 1, 1, 2])
    expect(ALPHABET.kernels.map((_, k) => paddingOf(truth, k))).to.deep.equal([24, 24, 29, 58, 12, 16])
    expect(segmentOf(ALPHABET, 4)).to.deep.equal({ first: 4, length: 2 })
    const { challenger } = ToyGame.of()
    for (const leaf of zeroLeaves(ALPHABET)) expect(toHex(leafAt(challenger.traceTree(), leaf))).to.equal(`0x${'00'.repeat(32)}`)
  })

  it('ends its running totals with the total of the result', () => {
    const totals = totalsOf(truth, 1, 3)
    expect(totals).to.have.length(3)
    expect(truth.words[1]![24]).to.equal(97 + ((totals[2]! + 1) % 26))
  })
})

describe('a lie', () => {
  it('changes one letter alone, or all that follows from it', () => {
    const changed = (lie: ToyLie): number[] =>
      toyLie(truth, lie).words.flatMap((words, k) => (toHex(words) === toHex(truth.words[k]!) ? [] : [k]))
    expect(changed({ kind: 'letter', kernel: 1, element: 0, mode: 'alone' })).to.deep.equal([1])
    expect(changed({ kind: 'letter', kernel: 1, element: 0, mode: 'downstream' })).to.deep.equal([1, 2, 3, 4, 5])
    expect(changed({ kind: 'total', kernel: 5, element: 0, block: 1 })).to.deep.equal([5])
    expect(changed({ kind: 'padding', kernel: 3, byte: 57 })).to.deep.equal([3])
    expect(changed({ kind: 'leaf', index: 7 })).to.deep.equal([])
  })

  it('is refused where the program has no place for it', () => {
    const impossible: ToyLie[] = [
      { kind: 'letter', kernel: 6, element: 0, mode: 'alone' },
      { kind: 'letter', kernel: 2, element: 3, mode: 'alone' },
      { kind: 'total', kernel: 3, element: 0, block: 0 },
      { kind: 'total', kernel: 1, element: 0, block: 3 },
      { kind: 'padding', kernel: 3, byte: 58 },
      { kind: 'leaf', index: 1 },
      { kind: 'oath', kernel: 1, element: 0, totals: [1] },
    ]
    for (const lie of impossible) {
      expect(() => toyLie(truth, lie))
        .to.throw()
        .with.property('code', 'LIE_IMPOSSIBLE')
    }
  })
})

describe('the builder', () => {
  it('leaves earlier states as they were', () => {
    const opened = ToyGame.of().lie({ kind: 'letter', kernel: 3, element: 0, mode: 'alone' })
    const later = opened.until('LANE')
    expect(opened.state.turns).to.equal(0)
    expect(later.state).to.include({ turns: 4, turn: 'CHALLENGER' })
    expect(later.next().state.status).to.equal('CHALLENGER_WINS')
    expect(later.state.status).to.equal('IN_PROGRESS')
  })
})
