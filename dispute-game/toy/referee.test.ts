import { describe, it } from 'node:test'
import { expect } from 'chai'
import { defend } from '../game/defend.ts'
import type { ChallengerMove, DefenderMove } from '../game/types.ts'
import { branch, descendants, treeOfLeaves } from '../merkle/tree.ts'
import { ToyGame } from './game.ts'

const start = ToyGame.of()
const lied = start.lie({ kind: 'letter', kernel: 1, element: 1, mode: 'alone' })
const refused = (game: ToyGame, move: DefenderMove | ChallengerMove, fact: RegExp): void => {
  expect(() => game.move(move))
    .to.throw(fact)
    .with.property('code', 'ILLEGAL_MOVE')
}

describe('the referee refuses', () => {
  it('moves out of turn and after the end', () => {
    const { attack } = lied.until('TRACE')
    const slow = ToyGame.of(undefined, undefined, 1).lie({ kind: 'letter', kernel: 5, element: 0, mode: 'alone' })
    refused(slow, slow.until('TRACE').attack, /turn of ASSERTER/)
    refused(lied.until('TRACE'), defend(lied.state.view, lied.defender), /turn of CHALLENGER/)
    refused(lied.until('END'), attack, /over/)
  })

  it('reveals that do not hash up, or of another size', () => {
    const move = defend(lied.state.view, lied.defender)
    const nodes = move.kind === 'reveal' ? move.nodes : []
    refused(lied, { kind: 'reveal', nodes: nodes.slice(1) }, /8 nodes/)
    refused(lied, { kind: 'reveal', nodes: nodes.map((node) => node.map((byte) => byte ^ 1)) }, /hash up/)
    refused(lied, { kind: 'swearTotals', totals: [1] }, /totals/)
    refused(lied, { kind: 'swearInterior', roots: nodes }, /list/)
  })

  it('paths that lead elsewhere, other nodes, and true padding', () => {
    const at = lied.until('TRACE')
    const move = at.attack as ChallengerMove & { kind: 'descendTrace' }
    refused(at, { ...move, child: 2 }, /leads elsewhere/)
    refused(at, { ...move, child: 8 }, /length/)
    refused(at, { ...move, siblings: move.siblings.slice(1) }, /length/)
    refused(at, { ...move, expected: move.node }, /another node/)
    refused(at, { ...move, kind: 'descendTensor', lane: 0 }, /phase/)
    const tree = at.defender.traceTree()
    const leaf = (child: number) => ({ ...move, child, node: descendants(tree, 1, 3)[child]!, siblings: branch(tree, child) })
    for (const zero of [0, 2, 4, 6, 7]) refused(at, leaf(zero), /padding is zero/)
  })

  it('picks of committed kernels, of interiors after the committed one, and of what was not sworn', () => {
    const at = start.lie({ kind: 'letter', kernel: 0, element: 1, mode: 'downstream' }).until('KERNEL')
    const move = at.attack as ChallengerMove & { kind: 'pick' }
    const list = treeOfLeaves(Uint8Array.from(at.posted.interior().flatMap((root) => [...root])), 2)
    for (const kernel of [2, 3]) refused(at, { ...move, kernel, siblings: branch(list, kernel) }, /no interior/)
    refused(at, { ...move, root: move.root.map((byte) => byte ^ 1) }, /not sworn/)
    refused(at, { ...move, siblings: move.siblings.slice(1) }, /length/)
  })

  it('steps that show no fraud, that do not exist, or whose operands stand elsewhere', () => {
    const at = lied.until('LANE')
    const { totals, ...move } = at.attack as ChallengerMove & { kind: 'step' }
    for (const block of [0, 1, 2]) refused(at, { ...move, totals, evaluation: 'BLOCK', block }, /no fraud/)
    refused(at, { ...move, totals, evaluation: 'BLOCK', block: 3 }, /no such transition/)
    refused(at, { ...move, totals, evaluation: 'ELEMENT' }, /no such transition/)
    refused(lied.until('TENSOR'), { ...move, totals }, /no such transition/)
  })
})
