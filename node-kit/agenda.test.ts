import { describe, it } from 'node:test'
import { expect } from 'chai'
import { Agenda } from './agenda.ts'

describe('an agenda', () => {
  it('lets rest what has nothing to do, until the time that it named', async () => {
    const agenda = new Agenda<'a' | 'b'>()
    expect(agenda.rests('a', 0), 'what was never looked at').to.equal(false)
    await agenda.look('a', async () => 100)
    await agenda.look('b', async () => undefined)
    expect([agenda.rests('a', 100), agenda.rests('a', 101), agenda.rests('b', 100)]).to.deep.equal([true, false, false])
    await agenda.look('a', async () => undefined)
    expect(agenda.rests('a', 100), 'what found something to do').to.equal(false)
  })

  it('wakes one thing, or all, also while they are looked at', async () => {
    const agenda = new Agenda<'a' | 'b'>()
    const rest = async (id: 'a' | 'b', meanwhile = () => {}): Promise<void> => {
      await agenda.look(id, async () => {
        meanwhile()
        return 100
      })
    }
    await rest('a')
    await rest('b')
    agenda.wake('a')
    expect([agenda.rests('a', 0), agenda.rests('b', 0)]).to.deep.equal([false, true])
    agenda.wakeAll()
    expect(agenda.rests('b', 0)).to.equal(false)
    await rest('a', () => agenda.wake('a'))
    await rest('b', () => agenda.wakeAll())
    expect([agenda.rests('a', 0), agenda.rests('b', 0)], 'it saw what was before').to.deep.equal([false, false])
  })

  it('has what rests looked at again from time to time, ever more rarely while that finds the same', async () => {
    let now = 0
    const agenda = new Agenda<'a'>(() => now)
    const lengths: number[] = []
    for (const until of [100, 100, 100, 100, 200]) {
      await agenda.look('a', async () => until)
      const since = now
      while (agenda.rests('a', 0)) now += 1000
      lengths.push(now - since)
    }
    expect(lengths).to.deep.equal([4000, 16_000, 60_000, 60_000, 4000])
  })

  it('does not let rest what failed', async () => {
    const agenda = new Agenda<'a'>()
    await agenda.look('a', async () => 100)
    const failure = await agenda.look('a', () => Promise.reject(new Error('no'))).catch((error: Error) => error.message)
    expect([failure, agenda.rests('a', 0)]).to.deep.equal(['no', false])
  })
})
