import { after, before, describe, it } from 'node:test'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'
import { Stage } from './stage.ts'

const [ASKER, HONEST, LIAR, CHALLENGER] = [1, 2, 3, 4] as const

const digit = (index: number): Uint8Array => new Uint8Array(toInput(SAMPLES[index]!.pixels).buffer)

describe('scenario: liar', () => {
  let stage: Stage
  before(async () => {
    stage = await Stage.open({ stakers: [HONEST, LIAR] })
  })
  after(() => stage?.close())

  it('loses its bond, the challenger is paid, and the truth settles', async () => {
    const input = digit(0)
    stage.operator(LIAR, { lie: 'random:one' })
    const id = await stage.ask(ASKER, input)
    await stage.until('it lied', async () => (await stage.assertions(id)).length === 1)
    stage.operator(HONEST)
    const challenger = stage.challenger(CHALLENGER)
    await stage.until('the lie fell', async () => (await stage.statuses(id)).includes('DEFEATED'))
    await stage.until('the truth is told', async () => (await stage.assertions(id)).length === 2)
    await settled(stage, id)
    await playOut(stage)
    const gains = await expectGoodEnd(stage, {
      requests: [{ id, input }],
      honest: [ASKER, HONEST, CHALLENGER],
      spent: { [ASKER]: 10n ** 16n },
    })
    console.log(
      gains.get(stage.address(LIAR)),
      gains.get(stage.address(CHALLENGER)),
      gains.get(stage.address(HONEST)),
      gains.get(stage.address(ASKER)),
    )
    expect(challenger.moves()).to.include('payClaim')
  })
})
