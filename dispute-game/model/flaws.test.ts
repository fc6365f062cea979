import { describe, it } from 'node:test'
import { expect } from 'chai'
import { longestGame, mostTurns } from '../game/bound.ts'
import type { ToyLie } from '../toy/lie.ts'
import { explore } from './explore.ts'
import type { Flaw, World } from './state.ts'
import { CLOCKED, challenger, cunning, honest, liar, QUICK, SMALL, sham } from './worlds.ts'

const lied: World = { ...CLOCKED, assertions: [cunning(SMALL)], games: [challenger(0)] }
const crowded: World = { ...QUICK, assertions: [cunning(SMALL)], games: [challenger(0), sham(0)] }
const attacked: World = { ...CLOCKED, assertions: [honest(SMALL)], games: [sham(0)] }
/** Strangers hold a book of forged totals. */
const envied: World = { ...attacked, assertions: [honest(SMALL, { kind: 'oath', kernel: 1, element: 0, totals: [3, 4] })] }
/** The answer follows from a false interior. What the liar shows of the interior is true; what it can swear is not. */
const interior: ToyLie = { kind: 'letter', kernel: 0, element: 0, mode: 'alone' }
const shifty: World = { ...lied, assertions: [liar(SMALL, [{ ...interior, mode: 'downstream' }, interior], [interior])] }
const behind: World = { ...QUICK, assertions: [honest(SMALL), cunning(SMALL)], games: [challenger(1)] }

/** Which law breaks when a rule is taken out. */
const FLAWS: readonly (readonly [Flaw, World, string])[] = [
  ['STRANGERS_SWEAR', envied, 'an honest asserter lost its bond'],
  ['LATE_REVEAL_REVIVES', lied, 'a game came back to life'],
  ['GAMES_OUTLIVE_KILL', crowded, 'an honest challenger lost its game'],
  ['NO_EXTENSION', attacked, 'an honest asserter lost its bond'],
  ['NO_EXTENSION', lied, 'an honest challenger lost its game'],
  ['TRUE_STEP_ENDS_GAME', lied, 'an honest challenger lost its game'],
  ['TRUE_STEP_WINS', attacked, 'an honest asserter lost its bond'],
  ['ANYBODY_DESCENDS', lied, 'an honest challenger was led where nothing differs'],
  ['SETTLES_OVER_GAMES', lied, 'a lie was settled'],
  ['SILENCE_IS_FREE', lied, 'who ran out of time won'],
  ['PICKS_BEFORE_OATH', shifty, "the honest challenger's step is refused: NoFraud"],
  ['NO_TIMEOUT', lied, 'nobody has a move'],
]

describe('an exploration notices when a rule is missing', () => {
  for (const [flaw, world, law] of FLAWS) {
    it(`${flaw}: ${law}`, (test) => {
      expect(explore(world).broken, 'with all rules').to.equal(undefined)
      const { broken, states } = explore({ ...world, flaw })
      expect(broken?.law).to.equal(law)
      test.diagnostic(`after ${states} states: ${broken!.play.map(({ kind }) => kind).join(', ')}`)
    })
  }

  it('OPENS_LATE: a request is put off beyond its bound', () => {
    const bound = behind.liveness + longestGame(mostTurns(1, 1, 1), behind.clock, behind.extension)
    const world = { ...behind, games: [challenger(1), sham(0)] }
    expect(explore(world).finality).to.be.at.most(bound)
    expect(explore({ ...world, flaw: 'OPENS_LATE' }).finality).to.be.greaterThan(bound)
  })
})
