import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { readRequest } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import { ASKER, CHALLENGER, digit, FEE, HONEST, LIARS, onStage } from './cast.ts'
import { Chance } from './chance.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut } from './play-out.ts'
import { MOODS, type Mood, Wire } from './wire.ts'

const LIES = ['random:wire', 'interior:w'] as const
const CAST = LIARS.slice(0, LIES.length)
/** How often each mood comes over a daemon's wire; OPINE_MOODS for a longer run. */
const TIMES = Number(process.env.OPINE_MOODS ?? 2)

describe('a node that cannot be relied on', () => {
  it(
    'scenario: node connection cut and restored, half open, slow, behind, and two nodes behind one address: the daemons go on by themselves',
    onStage([HONEST, ...CAST], async (stage) => {
      const chance = Chance.ofTheDay()
      const head = (): Promise<number> => stage.provider.getBlockNumber()
      const wires = [await Wire.lay(stage.anvil.url, chance, head), await Wire.lay(stage.anvil.url, chance, head)] as const
      try {
        for (const [index, who] of CAST.entries()) stage.operator(who, { lie: LIES[index]! })
        const more = ['--rpc-timeout', '800', '--replace-after', '3000']
        const honest = stage.operator(HONEST, { url: wires[0].url, more })
        const challenger = stage.challenger(CHALLENGER, { url: wires[1].url, more })
        await stage.begun()
        const asked: { id: Hex; input: Uint8Array }[] = []
        const ask = async (): Promise<void> => {
          const input = digit(asked.length)
          asked.push({ id: await stage.ask(ASKER, input), input })
        }
        const decided = async (): Promise<boolean> => {
          const statuses = await stage.statuses(asked.at(-1)!.id)
          return statuses.length === CAST.length + 1 && statuses.filter((status) => status === 'DEFEATED').length === CAST.length
        }
        await ask()
        const moods = Array.from({ length: TIMES }, () => MOODS).flat()
        const had: string[] = []
        /** Every mood comes in some order, for some time each, with good times between. */
        const trouble = async (wire: Wire): Promise<void> => {
          const left: Mood[] = [...moods]
          while (left.length > 0) {
            const [mood] = left.splice(chance.whole(0, left.length - 1), 1) as [Mood]
            await wire.become(mood)
            const time = chance.whole(200, mood === 'slow' || mood === 'behind' || mood === 'two' ? 2500 : 1500)
            had.push(`${mood} ${time}`)
            await sleep(time)
            await wire.become('good')
            await sleep(chance.whole(100, 900))
            if (await decided()) await ask()
          }
        }
        // A chain goes on, whatever becomes of one node's connections.
        const blocks = setInterval(() => void stage.mine(), 500)
        try {
          await Promise.all(wires.map(trouble))
          await stage.until('every lie fell', decided)
          await stage.pass(3601)
          await Promise.all(wires.map((wire) => wire.become('two')))
          const settled = async ({ id }: { id: Hex }): Promise<boolean> => (await readRequest(stage.contracts, id)).status === 'SETTLED'
          await stage.until('all settled', async () => (await Promise.all(asked.map(settled))).every(Boolean))
          await stage.until(
            'every reward is claimed',
            async () => (await stage.events('claims', 'ClaimProved')).length === CAST.length * asked.length,
          )
        } finally {
          clearInterval(blocks)
        }
        await Promise.all(wires.map((wire) => wire.become('good')))
        await playOut(stage)
        console.log(`seed ${chance.seed}: ${asked.length} requests; ${had.join(', ')} ms`)
        const spent = { [ASKER]: FEE * BigInt(asked.length) }
        await expectGoodEnd(stage, { requests: asked, honest: [ASKER, HONEST, CHALLENGER], spent })
        for (const daemon of [honest, challenger]) expect(daemon.said('nodeReconnected').length).to.be.greaterThan(0)
      } finally {
        for (const wire of wires) await wire.close()
      }
    }),
  )
})
