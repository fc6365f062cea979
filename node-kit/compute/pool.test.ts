import { afterEach, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import type { Job } from './job.ts'
import { type PoolOptions, WorkerPool } from './pool.ts'
import { TimeLimits } from './time-limits.ts'

type Answer = { readonly data: unknown; readonly kept: unknown; readonly before: number; readonly bytes: Uint8Array }

const THREAD = { module: new URL('./test-jobs.ts', import.meta.url).href, data: 'mine' }

describe('a pool of threads', () => {
  const lost: unknown[] = []
  const pools: WorkerPool[] = []
  const open = (options: Partial<PoolOptions> = {}): WorkerPool => {
    const pool = new WorkerPool({ thread: THREAD, size: 1, log: { warn: (_, fields) => lost.push(fields?.code) }, ...options })
    pools.push(pool)
    return pool
  }
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.close()
    lost.length = 0
  })

  const job = (key: string, message: object = {}, more: Partial<Job> = {}): Job => ({ key, group: null, urgent: false, message, ...more })
  const fails = async (promise: Promise<unknown>): Promise<OpineError> => {
    const error = await promise.catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(OpineError)
    return error as OpineError
  }

  it('does jobs elsewhere, gives each thread what it keeps, and does the same job once', async () => {
    const pool = open()
    const keep = { name: 'model', value: { weights: new Uint8Array(8).fill(1) } }
    const [first, again] = [pool.run(job('a', {}, { keep })), pool.run(job('a', {}, { keep }))]
    const answer = (await first) as Answer
    expect(await again).to.equal(answer)
    expect(answer).to.deep.equal({ data: 'mine', kept: keep.value, before: 0, bytes: new Uint8Array(64).fill(7) })
    expect(await pool.run(job('a')))
      .to.include({ before: 1 })
      .and.deep.include({ kept: keep.value })
  })

  it('leaves the event loop free', async () => {
    const pool = open()
    await pool.run(job('begin'))
    let ticks = 0
    const timer = setInterval(() => ticks++, 10)
    await pool.run(job('long', { milliseconds: 400 }))
    clearInterval(timer)
    expect(ticks).to.be.greaterThan(2)
  })

  it('does first what a clock waits for, also where that is said later', async () => {
    const pool = open()
    const done: string[] = []
    const run = (key: string, urgent = false) => pool.run(job(key, { milliseconds: 5 }, { urgent })).then(() => done.push(key))
    const all = ['running', 'b', 'c', 'd'].map((key) => run(key))
    await Promise.all([...all, run('urgent', true), run('d', true)])
    expect(done.join()).to.match(/^(running,|urgent,|d,d,){3}b,c$/)
  })

  it('has one more thread where a clock waits and all others are at work', async () => {
    const pool = open()
    const slow = [1000, 10].map((milliseconds) => pool.run(job(`${milliseconds} ms`, { milliseconds })))
    const urgent = pool.run(job('game', {}, { urgent: true }))
    expect([pool.running, pool.waiting]).to.deep.equal([2, 1])
    await urgent
    expect([pool.running, pool.waiting]).to.deep.equal([1, 1])
    await Promise.all(slow)
  })

  it('takes only so many, the last of which gives way where a clock runs', async () => {
    const pool = open({ waiting: 2 })
    const [a, b, c] = ['a', 'b', 'c'].map((key) => pool.run(job(key, { milliseconds: 20 })))
    expect((await fails(pool.run(job('d')))).code).to.equal('COMPUTE_FULL')
    const urgent = ['u1', 'u2'].map((key) => pool.run(job(key, {}, { urgent: true })))
    expect((await fails(c!)).code).to.equal('COMPUTE_FULL')
    await Promise.all([a, b, ...urgent])
  })

  it('passes on what a job throws, and goes on in the same thread', async () => {
    const pool = open()
    const error = await fails(pool.run(job('a', { deed: 'throw' })))
    expect(error).to.deep.include({ code: 'TOLD_TO', message: 'it was told to', details: { why: 1n } })
    expect((await fails(pool.run(job('b', { deed: 'array' })))).code).to.equal('COMPUTE_MEMORY')
    expect(lost).to.deep.equal([])
  })

  it('replaces a thread that ends, hangs, or runs out of memory', async () => {
    const limits = new (class extends TimeLimits {
      override of = (group: string | null): number => (group === 'hangs' ? 300 : 60_000)
    })()
    const pool = open({ limits, thread: { ...THREAD, heap: 32 } })
    await pool.run(job('begin'))
    const next = pool.run(job('a', { deed: 'exit' }))
    const queued = pool.run(job('b'))
    expect((await fails(next)).code).to.equal('COMPUTE_CRASHED')
    expect(await queued, 'another thread').to.include({ before: 0 })
    const late = await fails(pool.run(job('c', { milliseconds: 1e9 }, { group: 'hangs' })))
    expect(late.code).to.equal('COMPUTE_TIMEOUT')
    expect((await fails(pool.run(job('d', { deed: 'heap' })))).code).to.equal('COMPUTE_MEMORY')
    expect(await pool.run(job('e'))).to.include({ before: 0 })
    expect(lost).to.deep.equal(['COMPUTE_CRASHED', 'COMPUTE_TIMEOUT', 'COMPUTE_MEMORY'])
  })

  it('fails jobs whose module cannot be loaded, and says so', async () => {
    const pool = open({ thread: { module: 'file:///nowhere.ts', data: null } })
    const error = await fails(pool.run(job('a')))
    expect(error.code).to.equal('COMPUTE_CRASHED')
    expect(error.message).to.contain('nowhere.ts')
  })

  it('ends at once, whatever it does', async () => {
    const pool = open()
    const running = pool.run(job('a', { milliseconds: 1e9 }))
    const waiting = pool.run(job('b'))
    const codes = Promise.all([running, waiting].map(async (promise) => (await fails(promise)).code))
    await pool.close()
    expect(await codes).to.deep.equal(['STOPPED', 'STOPPED'])
    expect((await fails(pool.run(job('c')))).code).to.equal('STOPPED')
    expect(lost).to.deep.equal([])
  })

  it('allows a job the more time the longer its like took', () => {
    const limits = new TimeLimits()
    expect(limits.of('a')).to.equal(7_200_000)
    limits.took('a', 10)
    limits.took(null, 10)
    expect([limits.of('a'), limits.of(null)]).to.deep.equal([60_000, 7_200_000])
    for (const took of [30_000, 20_000]) limits.took('a', took)
    expect(limits.of('a')).to.equal(600_000)
  })
})
