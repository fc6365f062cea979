import { describe, it } from 'node:test'
import { expect } from 'chai'
import { longestGame, mostTurns } from '../game/bound.ts'
import type { ToyLie } from '../toy/lie.ts'
import { explore } from './explore.ts'
import type { World } from './state.ts'
import { CLOCKED, challenger, cunning, honest, LARGE, liar, PATIENT, QUICK, SMALL, sham, type Times } from './worlds.ts'

const truth = (program: typeof SMALL) => honest(program)
type Cast = readonly [name: string, times: Times, assertions: World['assertions'], games: World['games']]

/** Small casts in which everything that can happen is tried. */
const CASTS: readonly Cast[] = [
  ['an honest assertion and a sham challenger, deep trees', PATIENT, [truth(LARGE)], [sham(0)]],
  ['a cunning liar and an honest challenger, deep trees', PATIENT, [cunning(LARGE)], [challenger(0)]],
  ['an honest assertion behind a lie, deep trees', PATIENT, [truth(LARGE), cunning(LARGE)], [challenger(1)]],
  ['an honest assertion and two sham challengers, deep trees', QUICK, [truth(LARGE)], [sham(0), sham(0)]],
  ['a cunning liar, an honest and a sham challenger, deep trees', QUICK, [cunning(LARGE)], [challenger(0), sham(0)]],
  ['an honest assertion and two sham challengers', CLOCKED, [truth(SMALL)], [sham(0), sham(0)]],
  ['a cunning liar, an honest and a sham challenger', CLOCKED, [cunning(SMALL)], [challenger(0), sham(0)]],
  ['a cunning liar and two honest challengers', CLOCKED, [cunning(SMALL)], [challenger(0), challenger(0)]],
  ['a lie and the truth on one request, both challenged', QUICK, [truth(SMALL), cunning(SMALL)], [challenger(1), sham(0)]],
  ['two lies and the truth on one request', QUICK, [truth(SMALL), cunning(SMALL), cunning(SMALL)], [challenger(1), challenger(2)]],
  ['two lies and nobody else', QUICK, [cunning(SMALL), cunning(SMALL)], [challenger(0), challenger(1)]],
  ['a lie that nobody honest looks at', QUICK, [cunning(SMALL)], [sham(0), sham(0)]],
]

/** Every kind of lie about the large program, each with an oath that fits it and one that does not. */
const LIES: readonly (readonly [string, readonly ToyLie[]])[] = [
  ['a letter alone', [{ kind: 'letter', kernel: 1, element: 2, mode: 'alone' }]],
  ['a letter and what follows', [{ kind: 'letter', kernel: 1, element: 0, mode: 'downstream' }]],
  ['the last letter of the answer', [{ kind: 'letter', kernel: 2, element: 6, mode: 'alone' }]],
  ['an interior and what follows', [{ kind: 'letter', kernel: 0, element: 1, mode: 'downstream' }]],
  ['the first total', [{ kind: 'total', kernel: 1, element: 1, block: 0 }]],
  ['the last total', [{ kind: 'total', kernel: 1, element: 1, block: 1 }]],
  ['padding in the last word', [{ kind: 'padding', kernel: 2, byte: 15 }]],
  ['a leaf of an interior kernel', [{ kind: 'leaf', index: 0 }]],
  ['a leaf past the last kernel', [{ kind: 'leaf', index: 3 }]],
  [
    'a false interior above a false answer',
    [
      { kind: 'letter', kernel: 2, element: 0, mode: 'alone' },
      { kind: 'letter', kernel: 0, element: 2, mode: 'alone' },
    ],
  ],
]

const turnsOf = (world: World): number =>
  Math.max(
    ...world.assertions.map(({ ground: { truth } }) => {
      const depths = Array.from({ length: truth.kernels }, (_, kernel) => truth.facts(kernel).depth)
      return mostTurns(truth.traceTree().depth, Math.max(...depths), truth.levels)
    }),
  )

/** Explores a cast, and checks that all plays end within the bounds of game/bound.ts. */
function prove(world: World) {
  const found = explore(world)
  expect(found.broken, JSON.stringify(found.broken)).to.equal(undefined)
  const turns = turnsOf(world)
  const longest = longestGame(turns, world.clock, world.extension)
  for (const most of found.turns) expect(most).to.be.at.most(turns)
  for (const most of found.seconds) expect(most).to.be.at.most(longest)
  if (world.assertions.some((assertion) => assertion.honest)) expect(found.finality).to.be.at.most(world.liveness + longest)
  return found
}

describe('in every reachable state somebody can go on, no honest party has lost, and every play ends within its bound', () => {
  for (const [name, times, assertions, games] of CASTS) {
    it(name, (test) => {
      const { states, transitions, ends, turns, seconds, finality } = prove({ ...times, assertions, games })
      test.diagnostic(
        `${states} states, ${transitions} transitions, ${ends} ends; turns ${turns}, seconds ${seconds}, finality ${finality}`,
      )
      expect(ends).to.be.greaterThan(0)
    })
  }

  it('every kind of lie, whatever is sworn', (test) => {
    let states = 0
    let transitions = 0
    for (const [, lies] of LIES) {
      const player = liar(
        LARGE,
        lies,
        [{ kind: 'letter', kernel: 0, element: 0, mode: 'alone' }],
        [{ kind: 'padding', kernel: 0, byte: 3 }],
      )
      const found = prove({ ...CLOCKED, assertions: [player], games: [challenger(0)] })
      states += found.states
      transitions += found.transitions
    }
    test.diagnostic(`${LIES.length} lies: ${states} states, ${transitions} transitions`)
  })
})
