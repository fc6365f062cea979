import { describe, it } from 'node:test'
import { expect } from 'chai'
import { TERMS } from '../support/arena.ts'
import { STATUS, stateOf } from '../support/player.ts'
import { ASKER, BOND, CHALLENGER, digit, FEE, HONEST, LIAR, onStage, RIVAL, SHAM, WALKER } from './cast.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'
import { loseOnPurpose, openSham, trueAnswer } from './sham.ts'

describe('games over one answer', () => {
  it(
    'scenario: sham challenge: one plays to lose, one falls silent; the answer stands over a kill, and both bonds go to who was bothered',
    onStage([HONEST], async (stage) => {
      const input = digit(5)
      const honest = stage.operator(HONEST)
      stage.challenger(CHALLENGER)
      const id = await stage.ask(ASKER, input)
      await stage.until('it is answered', async () => (await stage.assertions(id)).length === 1)
      const arena = await stage.arena()
      const answer = await trueAnswer(stage, arena, id, HONEST, input)
      await honest.kill()
      const games = [await openSham(arena, SHAM, answer), await openSham(arena, WALKER, answer)] as const
      const bonds = await Promise.all(games.map(async (game) => (await arena.game(0).getFunction('game')(game)).bond as bigint))
      honest.start()
      expect(await loseOnPurpose(stage, arena, games[1], WALKER, answer)).to.be.greaterThan(2)
      await stage.pass(TERMS.clock + 1)
      const status = async (game: string): Promise<number> => (await stateOf(arena, game)).status
      await stage.until('both are lost', async () => (await Promise.all(games.map(status))).every((each) => each === STATUS.DEFENDER_WINS))
      await settled(stage, id)
      await playOut(stage)
      const spent = { [ASKER]: FEE }
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER], spent })
      expect(gains.get(stage.address(HONEST))).to.equal(FEE + bonds[0]! + bonds[1]!)
      for (const [index, who] of [SHAM, WALKER].entries()) expect(gains.get(stage.address(who))).to.equal(-bonds[index]!)
      const deeds = await stage.deeds(HONEST)
      expect(deeds.filter((deed) => deed === 'timeout')).to.have.length(2)
      expect(deeds.filter((deed) => deed === 'settle')).to.have.length(1)
      const places = (await stage.events('game', 'NodeRevealed')).map(({ place }) => place as string)
      expect(places, 'one reveal counts in all games that wait at its place').to.have.length(new Set(places).size)
      expect(deeds.filter((deed) => deed === 'reveal')).to.have.length(places.length)
      expect(await stage.deeds(CHALLENGER), 'a true answer is left alone').to.deep.equal([])
    }),
  )

  it(
    'scenario: two challengers: one wins, the other has its bond back',
    onStage([HONEST, LIAR], async (stage) => {
      const input = digit(6)
      const liar = stage.operator(LIAR, { lie: '3:40:downstream:0x800000' })
      const id = await stage.ask(ASKER, input)
      await stage.until('it lied', async () => (await stage.assertions(id)).length === 1)
      await liar.kill()
      const both = [stage.challenger(CHALLENGER), stage.challenger(RIVAL)] as const
      await stage.until('both opened', async () => (await stage.assertions(id))[0]!.openGames === 2)
      liar.start()
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      await stage.until('one was refunded', () => both.some(({ moves }) => moves().includes('refund')))
      stage.operator(HONEST)
      await stage.until('the truth is told', async () => (await stage.assertions(id)).length === 2)
      const [reward] = (await stage.contracts.claims.read('rewardOf', (await stage.assertions(id))[0]!.id)) as unknown as [bigint]
      await settled(stage, id)
      await playOut(stage)
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER, RIVAL] })
      const won = [CHALLENGER, RIVAL].map((who) => gains.get(stage.address(who))!)
      expect(
        won.toSorted((a, b) => Number(a - b)),
        'nothing and the reward, both bonds back',
      ).to.deep.equal([0n, reward])
      expect(reward >= BOND / 10n).to.equal(true)
      const [killer, slower] = won[0] === reward ? [CHALLENGER, RIVAL] : [RIVAL, CHALLENGER]
      expect(await stage.deeds(killer)).to.include.members(['step', 'startClaim', 'proveClaim'])
      expect(await stage.deeds(slower)).to.include('refund')
    }),
  )
})
