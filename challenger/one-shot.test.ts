import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { ROOT } from '@opine/dispute-game/merkle/position.ts'
import { contractsAt } from '@opine/node-kit/contracts.ts'
import type { Deed } from '@opine/node-kit/deed.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { Journal } from '@opine/node-kit/journal.ts'
import { createLog } from '@opine/node-kit/log.ts'
import type { GameState } from '@opine/node-kit/reads.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import { JsonRpcProvider, Wallet } from 'ethers'
import { OneShot } from './one-shot.ts'
import { Peers } from './peers.ts'
import { Truth } from './truth.ts'
import { type HeldOath, TwoOaths } from './two-oaths.ts'

const [GAME, ASSERTION, REQUEST, PLACE] = ['11', '22', '33', '44'].map((byte) => `0x${byte.repeat(32)}` as const) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
]
const ASSERTER = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const wallet = Wallet.createRandom()
const address = `0x${'55'.repeat(20)}`
const deployment = { chainId: 31_337, oracle: address, game: address } as Deployment
const contracts = contractsAt(deployment, new JsonRpcProvider('http://127.0.0.1:1', 31_337, { staticNetwork: true }))
const NOW = 1_800_000_000
const head = { number: 10, timestamp: NOW, hash: PLACE, baseFee: 1n }
const view = { phase: 'TRACE', kernel: 0, element: 0, position: ROOT, node: new Uint8Array(32) } as const

const gameWith = (clock: GameState['clock']): GameState => ({
  assertion: ASSERTION,
  challenger: wallet.address,
  openedIn: 9,
  status: 'IN_PROGRESS',
  clock,
  order: 1,
  view,
})

describe('ways to end a game at once', () => {
  const store = Store.open(':memory:')
  const log = createLog({ format: 'json', service: 'test', write: () => {} })
  const journal = new Journal(store, () => true)
  const deeds: Deed[] = []
  const sender: Sending = {
    address: wallet.address,
    send: async (deed) => {
      deeds.push(deed)
      return { hash: PLACE, block: 10, gasUsed: 1n, spent: 1n }
    },
    isDone: async () => false,
  }
  const silent = createServer().on('upgrade', () => {})
  let url = ''

  before(async () => {
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const at = { block: 9, hash: PLACE }
    const asked = { name: 'InferenceRequested', requestId: REQUEST, programRoot: PLACE, nonce: 0n, input: '0x', fee: 0n, ...at }
    const made = { name: 'AssertionMade', assertionId: ASSERTION, requestId: REQUEST, asserter: ASSERTER, traceRoot: PLACE, output: '0x' }
    journal.take(asked as never)
    journal.take({ ...made, ...at } as never)
  })
  after(() => {
    silent.closeAllConnections()
    silent.close()
    store.close()
  })

  const twoOaths = new TwoOaths({ contracts, journal, sender, store, log })

  it('a server that hangs takes an eighth of what is left of the own turn, not of what it had', async () => {
    const peers = new Peers({ given: new Map([[ASSERTER, url]]), announced: false, reach: 'internet' }, journal)
    const truth = new Truth({ deployment, journal, traces: undefined as never, modelOf: () => undefined })
    const chain = { contracts, deployment, levels: 5 }
    const signal = new AbortController().signal
    const oneShot = new OneShot({ chain, journal, store, sender, truth, peers, twoOaths, signer: wallet, log, signal })
    const clock = { turn: 'CHALLENGER', since: NOW - 597, asserter: 600, challenger: 600 } as const
    const begun = performance.now()
    expect(await oneShot.advance(GAME, ASSERTION, gameWith(clock), head)).to.equal(false)
    expect(performance.now() - begun).to.be.below(1_500)
  })

  it('a game does not wait for another one’s turn with a server longer than it may', async () => {
    const peers = new Peers({ given: new Map([[ASSERTER, url]]), announced: false, reach: 'internet' }, journal)
    const truth = new Truth({ deployment, journal, traces: undefined as never, modelOf: () => undefined })
    const chain = { contracts, deployment, levels: 5 }
    const stop = new AbortController()
    const oneShot = new OneShot({ chain, journal, store, sender, truth, peers, twoOaths, signer: wallet, log, signal: stop.signal })
    const clock = { turn: 'CHALLENGER', since: NOW, asserter: 600, challenger: 600 } as const
    const patient = oneShot.advance(GAME, ASSERTION, gameWith(clock), head).catch(() => {})
    const begun = performance.now()
    expect(await oneShot.advance(REQUEST, ASSERTION, gameWith({ ...clock, since: NOW - 597 }), head)).to.equal(false)
    expect(performance.now() - begun).to.be.below(1_500)
    stop.abort()
    await patient
  })

  it('two oaths are proved by the clock of the game that waits for it', async () => {
    const oath = (list: `0x${string}`): HeldOath => ({ place: PLACE, phase: 'KERNEL', kernel: 0, element: 0, list, signature: '0x01' })
    twoOaths.hold(ASSERTION, oath(GAME))
    twoOaths.hold(ASSERTION, oath(REQUEST))
    const clock = { deadline: NOW + 60, whole: 600 }
    expect(await twoOaths.advance(GAME, ASSERTION, clock)).to.equal(true)
    expect(deeds.map(({ facts, clock }) => [facts.kind, clock])).to.deep.equal([['proveTwoOaths', clock]])
  })
})
