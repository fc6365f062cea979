import { describe, it } from 'node:test'
import { expect } from 'chai'
import { OpineError } from '../errors.ts'
import { attack } from '../game/attack.ts'
import { longestGame, mostTurns } from '../game/bound.ts'
import { proof } from '../game/proof.ts'
import type { TraceProvider } from '../game/provider.ts'
import { servedFrom } from '../game/served.ts'
import { equalBytes } from '../merkle/bytes.ts'
import { interiorTree } from '../merkle/interior.ts'
import { branch, rootOf } from '../merkle/tree.ts'
import { ToyGame } from './game.ts'
import { paddingOf, type ToyLie, toyLie, zeroLeaves } from './lie.ts'
import { blocksOf } from './program.ts'
import { type Choices, choices, randomToy } from './random.ts'
import { type ToyTrace, toyProvider } from './trace.ts'
import { toyWitness } from './witness.ts'

const LIARS = 5000
const ATTACKS = 3000

/** A lie about a random place; undefined where the program has no place of the drawn kind. */
function draw(trace: ToyTrace, { below, pick }: Choices, kernels: readonly number[], kind = below(7)): ToyLie | undefined {
  const { program } = trace
  if (kernels.length === 0) return undefined
  const kernel = pick(kernels)
  const element = below(program.kernels[kernel]!.count)
  const blocks = blocksOf(program.kernels[kernel]!)
  switch (kind) {
    case 0:
      return { kind: 'letter', kernel, element, mode: 'alone' }
    case 1:
    case 2:
      return { kind: 'letter', kernel, element, mode: 'downstream' }
    case 3:
      return blocks > 1 ? { kind: 'total', kernel, element, block: below(blocks) } : undefined
    case 4:
      return paddingOf(trace, kernel) > 0 ? { kind: 'padding', kernel, byte: below(paddingOf(trace, kernel)) } : undefined
    case 5:
      return zeroLeaves(program).length > 0 ? { kind: 'leaf', index: pick(zeroLeaves(program)) } : undefined
    default:
      return blocks > 1 ? { kind: 'oath', kernel, element, totals: Array.from({ length: blocks }, () => below(300)) } : undefined
  }
}

/** Up to three lies at once. */
function lying(honest: ToyTrace, random: Choices): ToyTrace {
  const all = honest.program.kernels.map((_, k) => k)
  let trace = honest
  for (let more = 1 + random.below(3); more > 0; more--) {
    const lie = draw(trace, random, all)
    if (lie) trace = toyLie(trace, lie)
  }
  return trace
}

/** Oaths that have nothing to do with what was asserted: other interiors, other totals. What is committed stays. */
function perjured(asserted: ToyTrace, random: Choices): ToyTrace {
  const { kernels } = asserted.program
  const interior = kernels.flatMap(({ committed }, k) => (committed ? [] : [k]))
  let trace = asserted
  for (let more = random.below(4); more > 0; more--) {
    const oath = random.below(2) === 0
    const kind = oath ? 6 : random.pick([0, 4])
    const lie = draw(trace, random, oath ? kernels.map((_, k) => k) : interior, kind)
    if (lie) trace = toyLie(trace, lie)
  }
  return trace
}

const mostTurnsOf = ({ challenger, levels }: ToyGame): number => {
  const depths = Array.from({ length: challenger.kernels }, (_, k) => challenger.facts(k).depth)
  return mostTurns(challenger.traceTree().depth, Math.max(...depths), levels)
}

describe('the honest challenger', () => {
  it(`proves a local fraud over operands that equal its own, whatever is asserted and sworn (${LIARS} liars)`, () => {
    const ends: Record<string, number> = {}
    let drawn = 0
    for (let seed = 0; drawn < LIARS; seed++) {
      const random = choices(seed)
      const start = ToyGame.of(randomToy(random), 'the quick brown fox', 1 + random.below(5))
      let game = start.assert(lying(start.truth, random))
      if (equalBytes(rootOf(game.defender.traceTree()), rootOf(game.challenger.traceTree()))) continue
      drawn++
      const swearer = toyProvider(perjured(game.asserted, random), game.board.salt, game.levels)
      const sworn = { ...swearer, traceTree: game.defender.traceTree }
      while (game.state.status === 'IN_PROGRESS') {
        if (game.state.turn === 'ASSERTER') {
          game = game.defend(sworn)
          continue
        }
        const move = game.attack
        if (move.kind === 'step') {
          for (const { buffer, root } of game.witness(move)) {
            expect(equalBytes(root, rootOf(game.challenger.tensorTree(buffer))), 'an operand is the own one').to.equal(true)
          }
        }
        const end = move.kind === 'step' ? move.evaluation : `padding in ${game.state.view.phase}`
        game = game.move(move)
        if (game.state.status === 'CHALLENGER_WINS') ends[end] = (ends[end] ?? 0) + 1
      }
      expect(game.state.turns, `turns of game ${seed}`).to.be.at.most(mostTurnsOf(game))
    }
    expect(Object.keys(ends).sort()).to.deep.equal(['BLOCK', 'ELEMENT', 'RESULT', 'padding in TENSOR', 'padding in TRACE'])
    for (const [end, times] of Object.entries(ends)) expect(times, end).to.be.greaterThan(20)
  })

  it(`needs one transaction where the asserter hands out its nodes and oaths, whatever they say (${LIARS / 2} liars)`, async () => {
    let proved = 0
    for (let seed = 0; proved < LIARS / 2; seed++) {
      const random = choices(seed)
      const start = ToyGame.of(randomToy(random), 'the quick brown fox', 1 + random.below(5))
      let game = start.assert(lying(start.truth, random))
      const { defender, challenger, levels, board } = game
      if (equalBytes(rootOf(defender.traceTree()), rootOf(challenger.traceTree()))) continue
      const swearer = toyProvider(perjured(game.asserted, random), board.salt, levels)
      const sign = async () => new Uint8Array(65)
      const handed = servedFrom({ ...swearer, traceTree: defender.traceTree }, { interior: sign, totals: sign })
      const moves = await proof(game.state.view, challenger, handed)
      const leaf = (kernel: number) => branch(defender.traceTree(), kernel)
      for (const move of moves) {
        const { first, length } = challenger.facts(game.state.view.kernel)
        const list = () => interiorTree(swearer.interior(first, length))
        const siblings = { leaf, interior: (kernel: number) => branch(list(), kernel - first) }
        game = game.move(move, move.kind === 'step' ? toyWitness(game.truth, move, siblings) : [])
      }
      expect(game.state.status).to.equal('CHALLENGER_WINS')
      proved++
    }
  })

  it('ends within both clocks and an extension a turn, were every move made in its last second', () => {
    const [clock, extension] = [1000, 100]
    for (let seed = 0; seed < 200; seed++) {
      const random = choices(seed)
      const start = ToyGame.of(randomToy(random), 'opine', 1 + random.below(5))
      let game = start.lie({ kind: 'letter', kernel: start.challenger.kernels - 1, element: 0, mode: 'alone' })
      if (!start.challenger.facts(start.challenger.kernels - 1).committed) continue
      const left = { ASSERTER: clock, CHALLENGER: clock }
      let passed = 0
      for (; game.state.status === 'IN_PROGRESS'; game = game.next()) {
        const side = game.state.turn
        passed += Math.max(left[side], game.state.turns === 0 ? 0 : extension)
        left[side] = 0
      }
      expect(passed).to.be.at.most(longestGame(mostTurnsOf(game), clock, extension))
    }
  })
})

/** A move of a challenger that believes in another trace; at an element it tries any transition. Undefined where it finds none that is taken. */
function misled(game: ToyGame, belief: TraceProvider, { below, pick }: Choices): ToyGame | undefined {
  const { phase, kernel, element } = game.state.view
  try {
    if (phase !== 'LANE') return game.move(attack(game.state.view, belief, game.posted))
    const { blocks } = game.challenger.facts(kernel)
    const totals = blocks > 1 ? game.posted.totals() : []
    const evaluation = blocks > 1 ? pick(['BLOCK', 'RESULT'] as const) : 'ELEMENT'
    return game.move({ kind: 'step', kernel, element, evaluation, block: below(Math.max(1, blocks)), totals })
  } catch (error) {
    // It may find nothing that differs, or a zero at a place that must be zero; at an element nothing but the truth may stop it.
    if (error instanceof OpineError && (phase !== 'LANE' || error.message.includes('no fraud'))) return undefined
    throw error
  }
}

describe('the honest defender', () => {
  it(`always has its move, and no move of a challenger wins against it (${ATTACKS} attackers)`, () => {
    let lanes = 0
    for (let seed = 0; seed < ATTACKS; seed++) {
      const random = choices(seed)
      const start = ToyGame.of(randomToy(random), 'the quick brown fox', 1 + random.below(5))
      const belief = toyProvider(perjured(lying(start.truth, random), random), start.board.salt, start.levels)
      for (let game: ToyGame | undefined = start; game; ) {
        const at: ToyGame = game
        game = at.state.turn === 'ASSERTER' ? at.defend() : misled(at, belief, random)
        if (!game && at.state.view.phase === 'LANE') lanes++
        expect(game?.state.status ?? 'IN_PROGRESS').to.equal('IN_PROGRESS')
        expect(at.state.turns).to.be.below(mostTurnsOf(at))
      }
    }
    expect(lanes, 'games that came to a true lane').to.be.greaterThan(ATTACKS / 3)
  })
})
