import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { expect } from 'chai'
import { ASKER, CHALLENGER, digit, FEE, HONEST, LIARS, onStage } from './cast.ts'
import { Chance } from './chance.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut } from './play-out.ts'
import { KILLS, Reaper } from './reaper.ts'
import type { Stage } from './stage.ts'

const LIES = ['random:kill', 'random:nine', 'random:lives', 'interior:k'] as const
const CAST = LIARS.slice(0, LIES.length)

type Asked = { readonly id: Hex; readonly input: Uint8Array }

/** Whether every lie about a request fell, and the truth is told. */
async function decided(stage: Stage, { id }: Asked): Promise<boolean> {
  const statuses = await stage.statuses(id)
  return statuses.length === CAST.length + 1 && statuses.filter((status) => status === 'DEFEATED').length === CAST.length
}

describe('a challenger that is killed', () => {
  it(
    `scenario: challenger killed ${KILLS} times at random moments of its games: every lie falls, every bond comes back, every reward is claimed`,
    onStage([HONEST, ...CAST], async (stage) => {
      const chance = Chance.ofTheDay()
      for (const [index, who] of CAST.entries()) stage.operator(who, { lie: LIES[index]! })
      stage.operator(HONEST)
      const asked: Asked[] = []
      const ask = async (): Promise<void> => {
        const input = digit(asked.length)
        asked.push({ id: await stage.ask(ASKER, input), input })
      }
      await ask()
      const data = join(stage.folder, 'killed')
      const challenger = stage.challenger(CHALLENGER, { data })
      const reaper = new Reaper(stage, challenger, { who: CHALLENGER, data, chance })
      // Two thirds of its lives are spent in games.
      await reaper.strikeUntil((2 * KILLS) / 3, async () => {
        if (await decided(stage, asked.at(-1)!)) await ask()
      })
      await stage.until('every lie fell', async () => (await Promise.all(asked.map((each) => decided(stage, each)))).every(Boolean), 60)
      await stage.pass(3601)
      // The rest of its lives it claims its rewards, while blocks come.
      const proved = async (): Promise<boolean> => (await stage.events('claims', 'ClaimProved')).length === CAST.length * asked.length
      await reaper.strikeUntil(KILLS, () => stage.mine())
      const patience = setInterval(() => void stage.mine(), 300)
      await stage.until('every reward is claimed', proved).finally(() => clearInterval(patience))
      await playOut(stage)
      console.log(reaper.summary(), `${asked.length} requests, ${challenger.moves().length} deeds`)
      const gains = await expectGoodEnd(stage, {
        requests: asked,
        honest: [ASKER, HONEST, CHALLENGER],
        spent: { [ASKER]: FEE * BigInt(asked.length) },
      })
      const lies = CAST.length * asked.length
      expect(await stage.events('claims', 'RewardPaid')).to.have.length(lies)
      expect(await stage.events('game', 'GameOpened')).to.have.length(lies)
      expect(gains.get(stage.address(CHALLENGER))! > 0n).to.equal(true)
    }),
  )
})
