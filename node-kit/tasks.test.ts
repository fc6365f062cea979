import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { makeError } from 'ethers'
import { createLog } from './log.ts'
import { Tasks } from './tasks.ts'

/** What ethers throws where a call of a contract reverts. */
const reverted = () =>
  makeError('execution reverted', 'CALL_EXCEPTION', {
    action: 'call',
    data: null,
    reason: null,
    transaction: { to: null, data: '0x' },
    invocation: null,
    revert: null,
  })

describe('tasks', () => {
  const said: { event: string; level: string; code?: string }[] = []
  const log = createLog({ format: 'json', service: 'test', minimum: 'debug', write: (line) => said.push(JSON.parse(line)) })

  it('read again what changed while it was read, and call it an error only where it never ends', async () => {
    const tasks = new Tasks(log)
    let reads = 0
    const read = async (): Promise<void> => {
      reads += 1
      if (reads < 3) throw reverted()
    }
    for (const end = performance.now() + 5000; reads < 3 && performance.now() < end; await sleep(10)) tasks.run('read', 'block', read)
    await tasks.drain()
    expect(reads).to.equal(3)
    expect(said.map(({ level, code }) => `${level} ${code}`)).to.deep.equal(['warn CHAIN_MOVED', 'debug CHAIN_MOVED'])
  })

  it('say nothing loud of a race that was lost, and warn once of what is refused again', async () => {
    said.length = 0
    const tasks = new Tasks(log)
    let refusals = 0
    const refuse = async (): Promise<void> => {
      refusals += 1
      throw new OpineError('MOVE_REFUSED', 'settle would revert: InferenceOracle_NotOpen()')
    }
    for (const end = performance.now() + 5000; refusals < 3 && performance.now() < end; await sleep(10))
      tasks.run('request', 'block', refuse)
    await tasks.drain()
    expect(said.map(({ level, event }) => `${level} ${event}`)).to.deep.equal([
      'debug taskOvertaken',
      'warn taskFailed',
      'debug taskFailedAgain',
    ])
  })

  it('keep what nobody foresaw apart from it', async () => {
    said.length = 0
    const tasks = new Tasks(log)
    tasks.run('wrong', 'block', async () => {
      throw new TypeError('undefined is not a function')
    })
    await tasks.drain()
    expect(said.map(({ level, code }) => `${level} ${code}`)).to.deep.equal(['error UNEXPECTED'])
  })
})
