import { describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { Arena, ETHER, revertName, TERMS } from '../support/arena.ts'
import { play, STATUS } from '../support/player.ts'

const [CONSUMER, LIAR, CHALLENGER] = [1, 2, 3] as const

describe('the levels that one reveal spans', () => {
  it('change the number of moves and nothing else', async (test) => {
    const reveals: number[] = []
    for (let levels = 1; levels <= 6; levels++) {
      const arena = await Arena.create(sampleNetwork(), { ...TERMS, levels })
      await arena.stake(LIAR, ETHER)
      const asked = await arena.ask(CONSUMER, sampleImage(1))
      const truth = arena.truth(asked.input)
      const assertion = await arena.assert(LIAR, asked, tellLie(truth, parseLie('1:70:downstream:0x800000')).trace)
      const gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
      const { moves, status } = await play(arena, gameId, assertion, truth, { asserter: LIAR, challenger: CHALLENGER })
      expect(status).to.equal(STATUS.CHALLENGER_WINS)
      reveals.push(moves.filter(({ kind }) => kind === 'reveal').length)
      test.diagnostic(`levels ${levels}: ${moves.length} moves, ${moves.reduce((sum, { gas }) => sum + gas, 0n)} gas for both sides`)
    }
    expect(reveals).to.deep.equal(reveals.toSorted((a, b) => b - a))
    expect(reveals[0]).to.be.greaterThan(reveals[4]!)
  })

  it('are between one and six', async () => {
    for (const levels of [0, 7]) {
      expect(await revertName(Arena.create(sampleNetwork(), { ...TERMS, levels }))).to.equal('DisputeGame_BadLevels')
    }
  })
})
