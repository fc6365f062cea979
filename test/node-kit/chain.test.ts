import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { withNode } from '@opine/cli/chain/connect.ts'
import { requestTerms } from '@opine/client/request-terms.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { type Chain, openChain } from '@opine/node-kit/chain.ts'
import { type Deployment, deployProtocol } from '@opine/node-kit/deployment.ts'
import type { ProtocolEvent } from '@opine/node-kit/events.ts'
import { modelIdOf, placeOf, versionIdOf } from '@opine/node-kit/ids.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { isExpired, readModel, readRequest } from '@opine/node-kit/reads.ts'
import { RpcSocket } from '@opine/node-kit/rpc.ts'
import { Store } from '@opine/node-kit/store.ts'
import { EventSync } from '@opine/node-kit/sync.ts'
import { expect } from 'chai'
import { AbiCoder, keccak256 } from 'ethers'
import { ETHER, FREE, TERMS } from '../support/arena.ts'
import { LocalChain, until } from '../support/local-chain.ts'
import { freePort, Middleman } from '../support/middleman.ts'

const lines: { event: string }[] = []
const log = createLog({ format: 'json', service: 'test', write: (line) => lines.push(JSON.parse(line)) })
const program = sampleNetwork()

const failure = (work: Promise<unknown>): Promise<OpineError> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => {
      expect(error).to.be.instanceOf(OpineError)
      return error as OpineError
    },
  )

describe('chain', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-chain-'))
  let local: LocalChain
  let middleman: Middleman
  let deployment: Deployment
  let chain: Chain
  let stores = 0
  let versionId: Hex
  const root = toHex(registrationOf(program).programRoot)

  before(async () => {
    local = await LocalChain.start()
    middleman = await Middleman.start(local.url)
    deployment = await deployProtocol(await local.signer(0), TERMS)
    chain = await openChain({ url: middleman.url, backoff: [20, 100] }, deployment, log)
    const { header, bufferRoot, proofs } = registrationOf(program)
    const plain = proofs.map(({ meta, body, siblings }) => ({ meta, body, siblings: [...siblings] }))
    await transact(chain.contracts.models.encode('register', header, bufferRoot, plain))
    await transact(chain.contracts.models.encode('createModel', root, FREE))
    const { chainId, models } = deployment
    versionId = versionIdOf(chainId, models, modelIdOf(chainId, models, await (await local.signer(0)).getAddress(), root), root)
  })
  after(async () => {
    chain.close()
    await middleman.close()
    await local.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const transact = async (call: { to: string; data: string }): Promise<void> => {
    await (await (await local.signer(0)).sendTransaction(call)).wait()
  }
  const ask = async (seed: number): Promise<void> => {
    const deadline = (await local.provider.getBlock('latest'))!.timestamp + 1000
    const terms = requestTerms({ deadline, liveness: 60, bond: ETHER })
    await transact(chain.contracts.oracle.encode('requestInference', versionId, sampleImage(seed), terms))
  }
  const newStore = (): Store => Store.open(join(folder, `${stores++}.sqlite`))

  it('says that a node is not there, is another chain’s, or does not have the contracts', async () => {
    const url = `ws://127.0.0.1:${await freePort()}`
    const absent = await failure(openChain({ url }, deployment, log))
    expect(absent.code).to.equal('NODE_UNREACHABLE')
    expect(absent.message).to.include(url).and.to.include('--rpc')
    expect(await failure(openChain({ url: local.url }, { ...deployment, chainId: 5 }, log))).to.include({ code: 'CHAIN_WRONG' })
    const elsewhere = { ...deployment, game: `0x${'77'.repeat(20)}` }
    expect(await failure(openChain({ url: local.url }, elsewhere, log))).to.include({ code: 'DEPLOYMENT_ABSENT' })
  })

  it('says nothing of the keys that are in the address of a node', async () => {
    const secret = 'k'.repeat(32)
    const withKey = (url: string): string => `${url.replace('ws://', 'ws://user:pass@')}/v3/${secret}?token=${secret}`
    const said: string[] = []
    const heard = createLog({ format: 'json', service: 'test', minimum: 'debug', write: (line) => said.push(line) })
    const errors = [
      await failure(openChain({ url: withKey(`ws://127.0.0.1:${await freePort()}`) }, deployment, heard)),
      await failure(openChain({ url: withKey(middleman.url) }, { ...deployment, chainId: 5 }, heard)),
      await failure(openChain({ url: withKey(middleman.url) }, { ...deployment, game: `0x${'77'.repeat(20)}` }, heard)),
      await failure(openChain({ url: withKey(middleman.url) }, { ...deployment, block: 1_000_000 }, heard)),
      await failure(withNode(withKey(`http://127.0.0.1:${await freePort()}`), async () => {})),
      await failure(withNode(withKey(`ftp://127.0.0.1`), async () => {})),
    ]
    const rpc = await RpcSocket.connect({ url: withKey(middleman.url), backoff: [20, 100] }, heard)
    middleman.cut()
    errors.push(await failure(rpc.request('eth_chainId', [])))
    await until('it is back', () => said.some((line) => line.includes('nodeReconnected')))
    rpc.close()
    for (const { message, details } of errors) said.push(`${message} ${JSON.stringify(details)}`)
    expect(said.filter((line) => line.includes(secret) || line.includes('pass'))).to.deep.equal([])
    expect(errors[0]!.message).to.match(/no node answers at ws:\/\/\*\*\*@127\.0\.0\.1:\d+\/v3\/\*\*\*\?\*\*\*/)
  })

  it('calls it by its name when the node names no latest block', async () => {
    const sync = new EventSync({}, { chain: { ...chain, provider: { getBlock: async () => null } as never }, store: newStore(), log })
    expect(await failure(sync.poll(() => {}))).to.include({ code: 'NODE_BLOCKLESS' })
  })

  it('comes back after a cut connection, fails what was asked meanwhile, and wakes for new blocks again', async () => {
    let woken = 0
    const stop = chain.onWake(() => woken++)
    await local.mine()
    await until('a block woke us', () => woken === 1)
    middleman.cut()
    const codes = new Set<string>()
    await until('requests fail', async () => {
      const code = await chain.provider.getBlockNumber().then(
        () => 'none',
        (error: OpineError) => error.code,
      )
      codes.add(code)
      return code === 'NODE_DISCONNECTED'
    })
    await until('it is back', () => lines.some(({ event }) => event === 'nodeReconnected'))
    await until('reconnecting woke us', () => woken >= 2)
    expect(await chain.provider.getBlockNumber()).to.be.a('number')
    const before = woken
    await local.mine()
    await until('a block woke us again', () => woken > before)
    stop()
  })

  it('reads the contracts’ structs', async () => {
    const model = await readModel(chain.contracts, toHex(registrationOf(program).programRoot))
    expect(model).to.deep.equal({
      bufferRoot: toHex(registrationOf(program).bufferRoot),
      inputs: program.inputs.length,
      constants: program.constants.length,
      kernels: program.kernels.length,
      outputs: program.outputs.length,
    })
    expect((await readRequest(chain.contracts, `0x${'00'.repeat(32)}`)).status).to.equal('NONE')
    const place = keccak256(
      AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint8', 'uint32', 'uint64'], [`0x${'12'.repeat(32)}`, 2, 5, 77n]),
    )
    expect(placeOf(`0x${'12'.repeat(32)}`, 'TENSOR', 5, 77)).to.equal(place)
    const clock = { turn: 'ASSERTER', since: 100, asserter: 10, challenger: 1000 } as const
    expect([90, 110, 111].map((time) => isExpired(clock, time))).to.deep.equal([false, false, true])
  })

  describe('event sync', () => {
    const requests = async (sync: EventSync): Promise<string[]> => {
      const inputs: string[] = []
      await sync.poll((event: ProtocolEvent) => {
        if (event.name === 'InferenceRequested') inputs.push(event.input)
      })
      return inputs
    }
    const inputOf = (seed: number): Hex => toHex(sampleImage(seed))

    it('gives everything from the deployment on, and afterwards what is new and the window before it', async () => {
      const store = newStore()
      const sync = new EventSync({ window: 2 }, { chain, store, log })
      await ask(1)
      await ask(2)
      expect(await requests(sync)).to.deep.equal([inputOf(1), inputOf(2)])
      await local.mine(5)
      expect(await requests(sync), 'once in a life').to.deep.equal([])
      await ask(3)
      expect(await requests(sync)).to.deep.equal([inputOf(3)])
      const later = new EventSync({ window: 2 }, { chain, store, log })
      expect(await requests(later), 'again in a later life, within the window').to.deep.equal([inputOf(3)])
      await local.mine(5)
      await requests(sync)
      await ask(4)
      expect(await requests(later), 'a later life goes on')
        .to.include(inputOf(4))
        .and.not.to.include(inputOf(1))
      store.close()
    })

    it('sees what a reorganisation brings', async () => {
      const store = newStore()
      let times = 0
      const onReorganised = (): void => {
        times += 1
      }
      const sync = new EventSync({ window: 10 }, { chain, store, log, onReorganised })
      await requests(sync)
      const snapshot = await local.snapshot()
      await ask(5)
      await ask(6)
      expect(await requests(sync)).to.include.members([inputOf(5), inputOf(6)])
      expect(times, 'the chain went on').to.equal(0)
      await local.revert(snapshot)
      await ask(7)
      expect(await requests(sync))
        .to.include(inputOf(7))
        .and.not.to.include(inputOf(5))
      expect(times, 'told of it').to.equal(1)
      await ask(6)
      expect(await requests(sync)).to.include(inputOf(6))
      store.close()
    })

    it('hands on again what a fork tells that was given up and came back', async () => {
      const store = newStore()
      const sync = new EventSync({ window: 10 }, { chain, store, log })
      await requests(sync)
      let snapshot = await local.snapshot()
      const second = (await local.provider.getBlock('latest'))!.timestamp + 50
      // The same request in a block of the same time makes the same block.
      const fork = async (seed: number): Promise<string> => {
        await local.revert(snapshot)
        snapshot = await local.snapshot()
        await local.provider.send('evm_setNextBlockTimestamp', [second])
        const deadline = second + 1000
        const terms = requestTerms({ deadline, liveness: 60, bond: ETHER })
        await transact(chain.contracts.oracle.encode('requestInference', versionId, sampleImage(seed), terms))
        return (await local.provider.getBlock('latest'))!.hash!
      }
      const first = await fork(20)
      expect(await requests(sync)).to.include(inputOf(20))
      expect(await fork(21)).to.not.equal(first)
      expect(await requests(sync)).to.include(inputOf(21))
      expect(await fork(20)).to.equal(first)
      expect(await requests(sync)).to.include(inputOf(20))
      store.close()
    })

    it('reads no block twice while the chain goes on, and the window again from time to time', async () => {
      const store = newStore()
      const asked: string[] = []
      const provider = new Proxy(chain.provider, {
        get(target, name) {
          const value = Reflect.get(target, name) as unknown
          if (name !== 'getLogs') return typeof value === 'function' ? value.bind(target) : value
          return (filter: { fromBlock: string; toBlock: string }) => {
            if (Number(filter.fromBlock) > highest) throw new Error('block is out of range')
            asked.push(`${Number(filter.fromBlock) - head} ${Number(filter.toBlock) - head}`)
            return target.getLogs({ ...filter })
          }
        },
      })
      const deps = { chain: { ...chain, provider }, store, log }
      let [head, highest] = [0, Infinity]
      const polled = async (sync: EventSync, blocks: number): Promise<string[]> => {
        await local.mine(blocks)
        head = await chain.provider.getBlockNumber()
        await requests(sync)
        return asked.splice(0)
      }
      const sync = new EventSync({ window: 2, reread: 1e9 }, deps)
      await polled(sync, 4)
      expect(await polled(sync, 1)).to.deep.equal(['0 0'])
      expect(await polled(sync, 3)).to.deep.equal(['-2 0'])
      highest = head
      expect(await polled(sync, 1), 'what a reorganisation takes away meanwhile').to.deep.equal(['-3 0'])
      highest = Infinity
      const careful = new EventSync({ window: 2, reread: 0 }, deps)
      await polled(careful, 4)
      expect(await polled(careful, 1)).to.deep.equal(['-3 0'])
      store.close()
    })

    it('hands on what a node that was behind left out, and again what came after that, though it fails half way', async () => {
      const store = newStore()
      let [hidden, broken] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      const provider = new Proxy(chain.provider, {
        get(target, name) {
          const value = Reflect.get(target, name) as unknown
          if (name !== 'getLogs') return typeof value === 'function' ? value.bind(target) : value
          return async (filter: { fromBlock: string; toBlock: string }) => {
            if (Number(filter.toBlock) >= broken) throw new OpineError('NODE_DISCONNECTED', 'cut')
            return (await target.getLogs({ ...filter })).filter(({ blockNumber }) => blockNumber !== hidden)
          }
        },
      })
      const sync = new EventSync({ window: 10, reread: 0, chunk: 1 }, { chain: { ...chain, provider }, store, log })
      await requests(sync)
      hidden = (await local.provider.getBlockNumber()) + 1
      await ask(30)
      expect(await requests(sync), 'the latest block is left out').to.deep.equal([])
      await ask(31)
      expect(await requests(sync)).to.deep.equal([inputOf(31)])
      broken = hidden + 1
      hidden = Number.POSITIVE_INFINITY
      await local.mine()
      expect((await failure(requests(sync))).code).to.equal('NODE_DISCONNECTED')
      broken = Number.POSITIVE_INFINITY
      expect(await requests(sync), 'the answer to a request is of no use before the request').to.deep.equal([inputOf(30), inputOf(31)])
      await local.mine()
      expect(await requests(sync)).to.deep.equal([])
      store.close()
    })

    it('asks for fewer blocks where a node refuses many, and misses nothing when it fails half way', async () => {
      const store = newStore()
      await local.mine(40)
      await ask(8)
      let broken = true
      const provider = new Proxy(chain.provider, {
        get(target, name) {
          const value = Reflect.get(target, name) as unknown
          if (name !== 'getLogs') return typeof value === 'function' ? value.bind(target) : value
          return (filter: { fromBlock: string; toBlock: string }) => {
            const [from, to] = [Number(filter.fromBlock), Number(filter.toBlock)]
            if (to - from + 1 > 7) throw new Error('query returned more than 10000 results')
            if (broken && to > 30) throw new OpineError('NODE_DISCONNECTED', 'cut')
            return target.getLogs(filter)
          }
        },
      })
      const sync = new EventSync({ window: 0 }, { chain: { ...chain, provider }, store, log })
      expect((await failure(requests(sync))).code).to.equal('NODE_DISCONNECTED')
      expect(store.get('sync', 'cursor')).to.be.within(deployment.block + 1, 30)
      broken = false
      expect(await requests(sync)).to.include(inputOf(8))
      store.close()
    })
  })

  it('fails a request that the node does not answer', async () => {
    const rpc = await RpcSocket.connect({ url: middleman.url, requestTimeout: 50 }, log)
    middleman.decide(() => 'swallow')
    expect((await failure(rpc.request('eth_blockNumber', []))).code).to.equal('NODE_TIMEOUT')
    middleman.decide(() => 'pass')
    rpc.close()
    expect((await failure(rpc.request('eth_blockNumber', []))).code).to.equal('NODE_DISCONNECTED')
  })
})
