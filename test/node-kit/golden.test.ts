import { after, before, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { DEFAULT_EXECUTOR, executorLabel } from '@opine/models/exec/executors.ts'
import { expect } from 'chai'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { type Actor, Theatre } from '../support/theatre.ts'

const hasty = { name: 'hasty', module: new URL('../support/executors/hasty.ts', import.meta.url).href }

describe('a daemon before its first stake', () => {
  let theatre: Theatre
  before(async () => {
    theatre = await Theatre.open(sampleModel())
  })
  after(() => theatre.close())

  const failure = (actor: Actor): Promise<unknown> =>
    actor.ended.then(
      () => undefined,
      (error: unknown) => error,
    )

  it('refuses an executor that computes wrong, as operator and as challenger', async () => {
    for (const actor of [await theatre.oracleNode(2, { executor: hasty }), await theatre.challenger(4, { executor: hasty })]) {
      const error = (await failure(actor)) as OpineError
      expect(error).to.be.instanceOf(OpineError)
      expect(error.code).to.equal('EXECUTOR_WRONG')
      expect(error.message).to.contain('"hasty" computes wrong in the golden case "network"')
      expect(actor.said('started')).to.have.length(0)
      expect(actor.said('goldenPassed')).to.have.length(0)
    }
  })

  it('lets a right one pass, and does not repeat that at the next start', async () => {
    for (const [checks, remembered] of [
      [2, 0],
      [0, 2],
    ]) {
      const actor = await theatre.challenger(5)
      await until('it started', () => actor.said('started').length === 1)
      const [line] = actor.said('goldenPassed')
      expect(line).to.include({ executor: executorLabel(DEFAULT_EXECUTOR), checks, remembered })
      await actor.stop()
    }
  })
})
