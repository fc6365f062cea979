import { describe, it } from 'node:test'
import { expect } from 'chai'
import { OpineError } from '../errors.ts'
import { interiorTree } from '../merkle/interior.ts'
import { branch } from '../merkle/tree.ts'
import { openToy, type ToyState } from '../toy/board.ts'
import { ToyGame } from '../toy/game.ts'
import type { ToyLie } from '../toy/lie.ts'
import { segmentOf } from '../toy/program.ts'
import { referee } from '../toy/referee.ts'
import { toyWitness } from '../toy/witness.ts'
import { type ProofMove, proof } from './proof.ts'
import { type Served, servedFrom } from './served.ts'
import type { ChallengerMove } from './types.ts'

const SIGNATURE = new Uint8Array(65).fill(7)

/** Everything that the asserter of a game has, with its oaths signed. */
const all = ({ defender }: ToyGame): Served => servedFrom(defender, { interior: async () => SIGNATURE, totals: async () => SIGNATURE })

/** Plays a proof against the referee, which takes no move out of turn but a descent to the bottom of a tree. */
function play(game: ToyGame, moves: readonly ProofMove[], from: ToyState = openToy(game.board)): ToyState {
  const witness = (move: ChallengerMove & { readonly kind: 'step' }) => {
    const { first, length } = segmentOf(game.truth.program, move.kernel)
    const list = interiorTree(game.defender.interior(first, length))
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
    it(`needs no turn of the asserter's: ${JSON.stringify(lie)}`, async () => {
      for (const levels of [1, 2, 5]) {
        const game = ToyGame.of(undefined, undefined, levels).lie(lie)
        const moves = await proof(game.state.view, game.challenger, all(game))
        expect(kindsOf(moves)).to.deep.equal(kinds)
        expect(play(game, moves).status).to.equal('CHALLENGER_WINS')
      }
    })
  }

  it('goes on from wherever the game is', async () => {
    let at = ToyGame.of(undefined, undefined, 1).lie({ kind: 'total', kernel: 1, element: 2, block: 1 })
    for (; at.state.status === 'IN_PROGRESS'; at = at.next()) {
      expect(play(at, await proof(at.state.view, at.challenger, onRecord(at)), at.state).status).to.equal('CHALLENGER_WINS')
    }
    expect(at.state.turns).to.be.greaterThan(10)
  })

  it('leaves out oaths that are on record', async () => {
    const at = ToyGame.of().lie({ kind: 'total', kernel: 1, element: 2, block: 1 }).until('KERNEL')
    expect(kindsOf(await proof(at.state.view, at.challenger, onRecord(at)))).to.deep.equal(['pick', 'descendTensor', 'swearTotals', 'step'])
  })

  it('says what is missing, and refuses what does not belong to the assertion', async () => {
    const game = ToyGame.of().lie({ kind: 'total', kernel: 1, element: 2, block: 1 })
    const other = ToyGame.of().lie({ kind: 'letter', kernel: 5, element: 0, mode: 'alone' })
    const honest = all(game)
    const refused = async (served: Partial<Served>, code = 'NOT_SERVED') => {
      const outcome = await proof(game.state.view, game.challenger, { ...honest, ...served }).catch((error: unknown) => error)
      expect(outcome).to.be.instanceOf(OpineError).with.property('code', code)
    }
    const changed =
      <A extends unknown[], T extends readonly unknown[]>(
        ask: (...args: A) => Promise<T | undefined>,
        change: (list: T) => readonly unknown[],
      ) =>
      async (...args: A) =>
        change((await ask(...args))!) as never
    const nothing = async () => undefined
    await refused({ traceNodes: nothing })
    await refused({ interior: nothing })
    await refused({ tensorNodes: nothing })
    await refused({ totals: nothing })
    await refused({ traceNodes: all(other).traceNodes })
    await refused({ traceNodes: (position) => honest.tensorNodes(3, position) })
    await refused({ traceNodes: changed(honest.traceNodes, (nodes) => nodes.slice(1)) })
    await refused({ traceNodes: changed(honest.traceNodes, (nodes) => [...nodes, ...nodes]) })
    await refused({ traceNodes: changed(honest.traceNodes, (nodes) => nodes.map((node) => node.subarray(1))) })
    await refused({ tensorNodes: changed(honest.tensorNodes, (nodes) => nodes.map((node) => node.map((byte) => byte ^ 1))) })
    await refused({ interior: async (kernel) => ({ ...(await honest.interior(kernel))!, content: [] }) })
    await refused({ totals: async () => ({ content: [1], signature: SIGNATURE }) })
    const truth = ToyGame.of()
    await refused({ ...all(truth) })
    const nothingWrong = await proof(truth.state.view, truth.challenger, all(truth)).catch((error: unknown) => error)
    expect(nothingWrong).to.be.instanceOf(OpineError).with.property('code', 'NOTHING_DIFFERS')
  })

  it('asks for what lies on its way alone', async () => {
    for (const levels of [1, 2, 5]) {
      const game = ToyGame.of(undefined, undefined, levels).lie({ kind: 'letter', kernel: 3, element: 40, mode: 'alone' })
      const asked: number[] = []
      const served = all(game)
      const tensorNodes: Served['tensorNodes'] = (kernel, position) => {
        asked.push(position)
        return served.tensorNodes(kernel, position)
      }
      await proof(game.state.view, game.challenger, { ...served, tensorNodes })
      const { depth } = game.challenger.facts(3)
      expect(asked).to.have.length(Math.max(1, Math.ceil(depth / levels)))
    }
  })
})

/** The same, with what was sworn in the game already on record. */
function onRecord(game: ToyGame): Served {
  const served = all(game)
  return {
    ...served,
    interior: async (kernel) => {
      const sworn = (await served.interior(kernel))!
      return game.state.interiors.has(game.challenger.facts(kernel).first) ? { ...sworn, signature: null } : sworn
    },
    totals: async (kernel, element) => {
      const sworn = (await served.totals(kernel, element))!
      return game.state.totals.size > 0 ? { ...sworn, signature: null } : sworn
    },
  }
}
