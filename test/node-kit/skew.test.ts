import { after, before, describe, it } from 'node:test'
import { type Chain, openChain } from '@opine/node-kit/chain.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { Monitor } from '@opine/node-kit/monitor.ts'
import { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import { temporaryFolder } from '../support/daemon.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

describe('a clock that is wrong', () => {
  const folder = temporaryFolder()
  let theatre: Theatre
  let chain: Chain
  let store: Store
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    chain = await openChain({ url: theatre.local.url }, theatre.deployment, createLog({ format: 'json', service: 'test', write: () => {} }))
    store = Store.open(`${folder.path}/skew.sqlite`)
  })
  after(async () => {
    store.close()
    chain.close()
    await theatre.close()
    folder.done()
  })

  /** What is said when the latest block's time is so many seconds off this machine's. */
  function saidAt(chainId: number, ...offsets: readonly number[]): string[] {
    const events: string[] = []
    const monitor = new Monitor('asserter', { maxSkew: 120 })
    monitor.watch(createLog({ format: 'json', service: 'test', write: (line) => events.push(JSON.parse(line).event) }))
    monitor.attach({ chain: { ...chain, deployment: { ...chain.deployment, chainId } }, store, sender: null })
    for (const [index, offset] of offsets.entries()) {
      monitor.ticked({ number: index, timestamp: Math.round(Date.now() / 1000) + offset, hash: `0x${index}`, baseFee: 1n })
    }
    return events
  }

  it('is said once when it begins and once when it is over', () => {
    expect(saidAt(10, -100, 0, 100)).to.deep.equal([])
    expect(saidAt(10, 0, 300, 310, 5)).to.deep.equal(['clockSkew', 'clockSkewOver'])
    expect(saidAt(10, -300, -600, 0)).to.deep.equal(['headStale', 'headStaleOver'])
  })

  it('is nothing strange on a development chain, whose time is set by hand', () => {
    expect(saidAt(31_337, -1e6, 1e6)).to.deep.equal([])
  })
})
