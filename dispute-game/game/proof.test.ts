import { describe, it } from 'node:test'
import { expect } from 'chai'
import { concatBytes } from '../merkle/bytes.ts'
import { branch, depthFor, treeOfLeaves } from '../merkle/tree.ts'
import { openToy, type ToyState } from '../toy/board.ts'
import { ToyGame } from '../toy/game.ts'
import type { ToyLie } from '../toy/lie.ts'
import { segmentOf } from '../toy/program.ts'
import { referee } from '../toy/referee.ts'
import { toyWitness } from '../toy/witness.ts'
import { type ProofMove, proof, type Served } from './proof.ts'
import type { ChallengerMove } from './types.ts'

const SIGNATURE = new Uint8Array(65).fill(7)

/** Everything that the asserter of a game has, with its oaths signed. */
function all({ defender }: ToyGame): Served {
  return {
    traceTree: () => defender.traceTree(),
    interior: (first, length) => ({ content: defender.interior(first, length), signature: SIGNATURE }),
    tensorTree: (kernel) => defender.tensorTree(kernel),
    totals: (kernel, element) => ({ content: Array.from(defender.totals(kernel, element)), signature: SIGNATURE }),
  }
}

/** Plays a proof against the referee, which takes no move out of turn but a descent to the bottom of a tree. */
function play(game: ToyGame, moves: readonly ProofMove[], from: ToyState = openToy(game.board)): ToyState {
  const witness = (move: ChallengerMove & { readonly kind: 'step' }) => {
    const { first, length } = segmentOf(game.truth.program, move.kernel)
    const list = treeOfLeaves(concatBytes(...game.defender.interior(first, length)), depthFor(length))
    const siblings = { leaf: (k: number) => branch(game.defender.traceTree(), k), interior: (k: number) => branch(list, k - first) }
    return toyWitness(game.truth, move, siblings)
  }
  return moves.reduce((state, move) => referee(game.board, state, move, move.kind === 'step' ? witness(move) : []), from)
}

const kindsOf = (moves: readonly ProofMove[]): string[] => moves.map(({ kind }) => kind)
const LIES: readonly (readonly [ToyLie, readonly string[]])[] = [
  [{ kind: 'leaf', index: 4 }, ['descendTrace']],
  [{ kind: 'leaf', index: 7 }, ['descendTrace']],
  [{ kind: 'padding', kernel: 3, byte: 25 }, ['descendTrace', 'descendTensor']],
  [{ kind: 'letter', kernel: 3, element: 40, mode: 'alone' }, ['descendTrace', 'descendTensor', 'step']],
  [{ kind: 'letter', kernel: 0, element: 3, mode: 'downstream' }, ['descendTrace', 'swearInterior', 'pick', 'descendTensor', 'step']],
  [{ kind: 'letter', kernel: 4, element: 2, mode: 'downstream' }, ['descendTrace', 'swearInterior', 'pick', 'descendTensor', 'step']],
  [{ kind: 'total', kernel: 1, element: 2, block: 1 }, ['descendTrace', 'swearInterior', 'pick', 'descendTensor', 'swearTotals', 'step']],
]

describe('a proof in one go', () => {
  for (const [lie, kinds] of LIES) {
    it(`needs no turn of the asserter's: ${JSON.stringify(lie)}`, () => {
      for (const levels of [1, 2, 5]) {
        const game = ToyGame.of(undefined, undefined, levels).lie(lie)
        const moves = proof(game.state.view, game.challenger, all(game))
        expect(kindsOf(moves)).to.deep.equal(kinds)
        expect(play(game, moves).status).to.equal('CHALLENGER_WINS')
      }
    })
  }

  it('goes on from wherever the game is', () => {
    let at = ToyGame.of(undefined, undefined, 1).lie({ kind: 'total', kernel: 1, element: 2, block: 1 })
    for (; at.state.status === 'IN_PROGRESS'; at = at.next()) {
      expect(play(at, proof(at.state.view, at.challenger, onRecord(at)), at.state).status).to.equal('CHALLENGER_WINS')
    }
    expect(at.state.turns).to.be.greaterThan(10)
  })

  it('leaves out oaths that are on record', () => {
    const at = ToyGame.of().lie({ kind: 'total', kernel: 1, element: 2, block: 1 }).until('KERNEL')
    expect(kindsOf(proof(at.state.view, at.challenger, onRecord(at)))).to.deep.equal(['pick', 'descendTensor', 'swearTotals', 'step'])
  })

  it('says what is missing, and refuses what does not belong to the assertion', () => {
    const game = ToyGame.of().lie({ kind: 'total', kernel: 1, element: 2, block: 1 })
    const other = ToyGame.of().lie({ kind: 'letter', kernel: 5, element: 0, mode: 'alone' })
    const code = (served: Partial<Served>, code = 'NOT_SERVED') =>
      expect(() => proof(game.state.view, game.challenger, { ...all(game), ...served }))
        .to.throw()
        .with.property('code', code)
    code({ traceTree: () => undefined })
    code({ interior: () => undefined })
    code({ tensorTree: () => undefined })
    code({ totals: () => undefined })
    code({ traceTree: () => other.defender.traceTree() })
    code({ traceTree: () => game.defender.tensorTree(3) })
    code({ tensorTree: () => game.challenger.tensorTree(1) }, 'NOTHING_DIFFERS')
    const truth = ToyGame.of()
    expect(() => proof(truth.state.view, truth.challenger, all(truth)))
      .to.throw()
      .with.property('code', 'NOTHING_DIFFERS')
  })
})

/** The same, with what was sworn in the game already on record. */
function onRecord(game: ToyGame): Served {
  const served = all(game)
  return {
    ...served,
    interior: (first, length) => {
      const sworn = served.interior(first, length)!
      return game.state.interiors.has(first) ? { ...sworn, signature: null } : sworn
    },
    totals: (kernel, element) => {
      const sworn = served.totals(kernel, element)!
      return game.state.totals.size > 0 ? { ...sworn, signature: null } : sworn
    },
  }
}
