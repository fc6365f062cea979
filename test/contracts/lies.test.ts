import { before, describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { gathers, ROW_INDICES } from '../differential/step-programs.ts'
import { Arena, ETHER, TERMS } from '../support/arena.ts'
import { play, STATUS } from '../support/player.ts'

const CONSUMER = 1
const LIAR = 2
const CHALLENGER = 3

/** One lie of every kind, at committed and interior kernels, left alone and with everything downstream recomputed. */
const LIES = [
  'interior:c',
  '0:5:downstream:0x400000',
  '1:70:alone',
  '1:70:downstream:0x800000',
  '2:9:downstream:0x800000',
  '3:4:downstream:0x800000',
  'interior:d',
  '4:7:alone',
  '4:7:downstream:0x80000000',
  '5:0:alone:0x1',
  '5:0:downstream:0x3',
  'total:3:2:0:0x400000',
  'total:3:9:2:0x1000000',
  'total:3:1:3:0x800000',
  'leaf:6',
  'leaf:7',
  'interior:a',
  'interior:b',
  'random:1',
  'random:2',
  'random:3',
  'random:4',
]

/** Lies about what a gather finds, finds nowhere, and about a sum over it. */
const GATHER_LIES = ['0:7:downstream:0x400000', '0:12:alone', '3:8:alone', 'total:4:1:1:0x400000', '5:4:downstream:0x1', '6:3:alone']

const PROGRAMS: readonly (readonly [string, Program, readonly string[], (seed: number) => Uint8Array])[] = [
  ['a network', sampleNetwork(), LIES, (seed) => sampleImage(seed)],
  ['gathers', gathers(), GATHER_LIES, (seed) => new Uint8Array(ROW_INDICES.map((row, place) => (place === 9 ? seed : row)).buffer)],
]

for (const [what, program, lies, inputOf] of PROGRAMS)
  describe(`a lie about ${what} on the real contracts`, () => {
    let arena: Arena
    before(async () => {
      arena = await Arena.create(program)
      await arena.stake(LIAR, 100n * ETHER)
    })

    for (const [index, text] of lies.entries()) {
      it(`falls: ${text}`, async (test) => {
        const asked = await arena.ask(CONSUMER, inputOf(100 + index))
        const truth = arena.truth(asked.input)
        const lying = tellLie(truth, parseLie(text))
        const assertion = await arena.assert(LIAR, asked, lying.trace)
        const [before, stake] = [
          await arena.payout(CHALLENGER),
          (await arena.operators(0).getFunction('stakeOf')(arena.addresses[LIAR])).total,
        ]
        const gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
        const played = await play(arena, gameId, assertion, truth, { asserter: LIAR, challenger: CHALLENGER })
        expect(played.status).to.equal(STATUS.CHALLENGER_WINS)
        expect((await arena.payout(CHALLENGER)) - before, 'the bond comes back').to.equal(TERMS.gameBond)
        const after = (await arena.operators(0).getFunction('stakeOf')(arena.addresses[LIAR])).total
        expect(stake - after, 'the liar is slashed').to.equal(ETHER)
        test.diagnostic(`${played.moves.map(({ kind, gas }) => `${kind} ${gas}`).join(', ')}`)
      })
    }
  })
