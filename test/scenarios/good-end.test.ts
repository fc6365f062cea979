import { describe, it } from 'node:test'
import { expect } from 'chai'
import { ASKER, digit, HONEST, onStage, RIVAL, STRANGER } from './cast.ts'
import { expectGoodEnd, type GoodEnd } from './good-end.ts'
import { settled } from './play-out.ts'

describe('the expectations with which scenarios end', () => {
  it(
    'are not met by an open request, another answer, a lost wei, a deed done twice, or a daemon that failed',
    onStage([HONEST], async (stage) => {
      const refused = async (end: Partial<GoodEnd>): Promise<string> =>
        expectGoodEnd(stage, { requests: [], honest: [HONEST], drained: false, ...end }).then(
          () => 'it is met',
          (error: Error) => error.message,
        )
      const input = digit(0)
      stage.operator(HONEST)
      const id = await stage.ask(ASKER, input)
      await stage.until('it is answered', async () => (await stage.assertions(id)).length === 1)
      expect(await refused({ requests: [{ id, input }] })).to.match(/expected 'OPEN' to equal 'SETTLED'/)
      await settled(stage, id)
      expect(await refused({ requests: [{ id, input: digit(1) }] })).to.match(/answer to 0x/)
      await stage.transact(STRANGER, { to: stage.address(RIVAL), data: '0x' }, 1n)
      expect(await refused({ honest: [STRANGER] })).to.match(/account 6 lost 1 wei/)
      expect(await refused({ requests: [{ id, input }] })).to.equal('it is met')

      const terms = await stage.terms()
      const twice = stage.contracts.oracle.encode('requestInference', stage.versionId, input, terms)
      const hashes: string[] = []
      for (let time = 0; time < 2; time++) hashes.push((await stage.transact(HONEST, twice, await stage.due(terms))).hash)
      expect(await refused({})).to.match(/done twice/)
      stage.inVain.add(hashes[1]!)
      expect(await refused({}), 'nothing had failed when it was done again').to.match(/done twice/)
      stage.inVain.add(hashes[0]!)
      expect(await refused({ honest: [] })).to.equal('it is met')

      const lost = stage.operator(HONEST, { name: 'operator without a node', url: 'ws://127.0.0.1:1' })
      while (lost.running) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await refused({})).to.match(/exit code 1/)
    }),
  )
})
