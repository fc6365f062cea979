import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { AccountLine } from '@opine/node-kit/account-line.ts'
import type { Deed } from '@opine/node-kit/deed.ts'
import { type Intent, readIntent } from '@opine/node-kit/intents.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { PendingTransactions } from '@opine/node-kit/pending.ts'
import { SocketProvider } from '@opine/node-kit/provider.ts'
import { RpcSocket } from '@opine/node-kit/rpc.ts'
import { Sender } from '@opine/node-kit/sender.ts'
import { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import { type Contract, Interface, type Wallet } from 'ethers'
import { account, LocalChain, until } from '../support/local-chain.ts'
import { Middleman } from '../support/middleman.ts'
import { deployVault } from '../support/vault.ts'

const folder = mkdtempSync(join(tmpdir(), 'opine-sender-'))
const abi = new Interface(OperatorRegistry.abi as never)
const CHILD = fileURLToPath(new URL('../support/sender-child.ts', import.meta.url))

describe('transaction sender', () => {
  let chain: LocalChain
  let proxy: Middleman
  let rpc: RpcSocket
  let provider: SocketProvider
  let registry: Contract
  let wallet: Wallet
  let path: string
  let accounts = 1
  const lines: { event: string }[] = []
  const log = createLog({ format: 'json', service: 'test', minimum: 'debug', write: (line) => lines.push(JSON.parse(line)) })
  const said = (event: string): number => lines.filter((line) => line.event === event).length

  before(async () => {
    chain = await LocalChain.start()
    proxy = await Middleman.start(chain.url)
    rpc = await RpcSocket.connect({ url: proxy.url, requestTimeout: 500 }, log)
    provider = new SocketProvider(rpc, 31337n)
    // This account plays the oracle, so that stakes can be locked.
    const protocol = [account(0), account(11), account(12), account(13)].map(({ address }) => address)
    registry = (await deployVault(await chain.signer(0), protocol)).vault
  })
  after(async () => {
    provider.destroy()
    rpc.close()
    await proxy.close()
    await chain.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    proxy.decide(() => 'pass')
    await chain.autoMine(true)
    wallet = account(accounts)
    path = join(folder, `${accounts++}.sqlite`)
    lines.length = 0
  })

  async function life(work: (sender: Sender, store: Store) => Promise<void>, terms = {}): Promise<void> {
    const store = Store.open(path)
    const sender = new Sender(terms, { provider, wallet, store, log })
    const stop = rpc.onWake(() => void sender.poll().catch(() => {}))
    const timer = setInterval(() => void sender.poll().catch(() => {}), 50)
    try {
      await work(sender, store)
    } finally {
      clearInterval(timer)
      stop()
      await sender.stop()
      store.close()
    }
  }
  const stake = (key: string, value = 5n): Deed => ({
    key,
    facts: { kind: 'stake' },
    to: String(registry.target),
    data: abi.encodeFunctionData('stake'),
    value,
  })
  const staked = async (): Promise<bigint> => (await registry.getFunction('stakeOf')(wallet.address)).total
  const count = (): Promise<number> => chain.provider.getTransactionCount(wallet.address)
  const failure = (work: Promise<unknown>): Promise<OpineError> =>
    work.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => {
        expect(error).to.be.instanceOf(OpineError)
        return error as OpineError
      },
    )

  it('does a deed once, however often it is asked for, now and in later lives', async () => {
    await life(async (sender) => {
      const [first, second] = await Promise.all([sender.send(stake('one')), sender.send(stake('one'))])
      expect(first).to.deep.equal(second)
      expect((await sender.send(stake('one'))).hash).to.equal(first.hash)
      expect(first.gasUsed > 21_000n).to.equal(true)
      expect(await sender.isDone('one')).to.equal(true)
      expect(await sender.isDone('two')).to.equal(false)
    })
    await life(async (sender) => void (await sender.send(stake('one'))))
    expect(await staked()).to.equal(5n)
    expect(said('move')).to.equal(1)
  })

  it('does anew what was mined without an effect: as of a later block it is still due', async () => {
    await life(async (sender) => {
      const { block } = await sender.send(stake('idle'))
      await sender.send({ ...stake('idle'), dueAt: block })
      expect(await staked(), 'it may have been mined after the chain was read').to.equal(5n)
      const again = await sender.send({ ...stake('idle'), dueAt: block + 1 })
      expect(again.block).to.be.greaterThan(block)
      expect(await staked()).to.equal(10n)
      expect((await sender.send({ ...stake('idle'), dueAt: again.block })).hash).to.equal(again.hash)
    })
    expect(await staked()).to.equal(10n)
    expect(said('transactionWithoutEffect')).to.equal(1)
  })

  it('takes what enters in the very moment in which nothing was left', async () => {
    const store = Store.open(path)
    const terms = { feeCap: 10n ** 12n, urgentFeeCap: 10n ** 12n, replaceAfter: 45_000 }
    const deps = { provider, wallet, store, log }
    const told = { account: { address: wallet.address, first: true }, onMined: () => {}, onFailed: () => {} }
    const line = new AccountLine(terms, { ...deps, pending: new PendingTransactions(terms, { ...deps, ...told }) })
    for (let ticks = 0; ticks < 12; ticks++) {
      await line.enter(stake(`first ${ticks}`), 200_000n)
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
      const entered = line.enter(stake(`second ${ticks}`), 200_000n).then(() => 'entered')
      expect(await Promise.race([entered, sleep(2000, 'lost')]), `${ticks} ticks later`).to.equal('entered')
    }
    await line.stop()
    store.close()
    expect(await staked()).to.equal(120n)
  })

  it('sends many at once under nonces of their own', async () => {
    await chain.autoMine(false)
    await life(async (sender) => {
      const all = Promise.all(Array.from({ length: 12 }, (_, i) => sender.send(stake(`many ${i}`, BigInt(i + 1)))))
      await until('all are in the pool', async () => (await provider.getTransactionCount(wallet.address, 'pending')) === 12)
      await chain.mine()
      const done = await all
      expect(new Set(done.map(({ hash }) => hash)).size).to.equal(12)
      expect(new Set(done.map(({ block }) => block)).size).to.equal(1)
    })
    expect(await staked()).to.equal(78n)
  })

  it('does not send what would revert, and says why in the contract’s words', async () => {
    await life(async (sender) => {
      const deed = {
        key: 'unstake',
        facts: { kind: 'unstake' },
        to: String(registry.target),
        data: abi.encodeFunctionData('beginUnstake', [7n]),
      }
      const error = await failure(sender.send(deed))
      expect(error.code).to.equal('MOVE_REFUSED')
      expect(error.details.reason).to.equal(`OperatorRegistry_FreeStakeTooLow(${wallet.address}, 0, 7)`)
      expect(await count()).to.equal(0)
      await sender.send(stake('after', 7n))
      expect((await sender.send(deed)).block).to.be.a('number')
    })
  })

  it('says which account needs more funds', async () => {
    await life(async (sender) => {
      const error = await failure(sender.send(stake('dear', 20_000n * 10n ** 18n)))
      expect(error.code).to.equal('FUNDS_LOW')
      expect(error.message).to.include(wallet.address)
      expect(await count()).to.equal(0)
    })
  })

  for (const fate of ['swallow', 'mute'] as const) {
    it(`acts once when it is killed ${fate === 'swallow' ? 'before the node has' : 'after the node has, before it hears of'} its transaction`, async () => {
      const reached = Promise.withResolvers<void>()
      proxy.decide((method) => {
        if (method !== 'eth_sendRawTransaction') return 'pass'
        reached.resolve()
        return fate
      })
      const args = [proxy.url, path, wallet.privateKey, String(registry.target), abi.encodeFunctionData('stake'), '5']
      const child = spawn(process.execPath, ['--no-warnings', CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
      await reached.promise
      child.kill('SIGKILL')
      await once(child, 'exit')
      if (fate === 'mute') await until('it is mined', async () => (await count()) === 1)
      expect(await staked()).to.equal(fate === 'mute' ? 5n : 0n)
      proxy.decide(() => 'pass')
      await life(async (sender, store) => {
        expect(readIntent(store, 'deed')?.state).to.equal('PENDING')
        await sender.send(stake('deed'))
        await sender.send(stake('deed'))
      })
      expect(await staked()).to.equal(5n)
      expect(await count()).to.equal(1)
    })
  }

  it('gives up what a former life signed if it would revert by now, and uses its nonce', async () => {
    proxy.decide((method) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'pass'))
    const unstake = {
      key: 'unstake',
      facts: { kind: 'unstake' },
      to: String(registry.target),
      data: abi.encodeFunctionData('beginUnstake', [5n]),
    }
    await registry.connect(await chain.signer(accounts - 1)).getFunction('stake')({ value: 5n })
    await life(async (sender, store) => {
      void sender.send(unstake).catch(() => {})
      await until('it is recorded', () => readIntent(store, 'unstake')?.state === 'PENDING')
    })
    proxy.decide(() => 'pass')
    await registry.getFunction('lock')(wallet.address, 5n)
    await life(async (sender, store) => {
      await until('it is given up', () => readIntent(store, 'unstake')?.state === 'LOST')
      await sender.send(stake('next'))
    })
    expect(await count()).to.equal(2)
    expect(said('transactionDropped')).to.equal(1)
  })

  it('offers more for what is stuck, up to its cap, and still acts once', async () => {
    await chain.autoMine(false)
    let versions: Intent['versions'] = []
    await life(
      async (sender, store) => {
        const done = sender.send(stake('stuck'))
        await until('it was replaced twice', () => (readIntent(store, 'stuck')?.versions.length ?? 0) >= 3)
        await chain.mine()
        await done
        versions = readIntent(store, 'stuck')!.versions
      },
      { replaceAfter: 100 },
    )
    expect(await staked()).to.equal(5n)
    for (let i = 1; i < versions.length; i++)
      expect(BigInt(versions[i]!.maxFee) * 10n >= BigInt(versions[i - 1]!.maxFee) * 11n).to.equal(true)
    await life(
      async (sender) => {
        const done = sender.send(stake('capped'))
        await until('the cap was reached', () => said('feeCapReached') > 0)
        await chain.mine()
        await done
      },
      { replaceAfter: 100, feeCap: BigInt(versions[0]!.maxFee) + 1n },
    )
    expect(await staked()).to.equal(10n)
  })

  it('sends again what a reorganisation took back', async () => {
    const before = await chain.snapshot()
    await life(async (sender) => {
      await sender.send(stake('taken back'))
      expect(await staked()).to.equal(5n)
      expect(await sender.isDone('taken back')).to.equal(true)
      await chain.revert(before)
      expect(await staked()).to.equal(0n)
      expect(await sender.isDone('taken back'), 'what a reorganisation took back is not done').to.equal(false)
      await sender.send(stake('taken back'))
      expect(await staked()).to.equal(5n)
    })
    expect(said('transactionReorganised')).to.equal(1)
  })

  it('notices that its nonce went to somebody else', async () => {
    await chain.autoMine(false)
    proxy.decide((method) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'pass'))
    const notice = async (sender: Sender, store: Store): Promise<void> => {
      const lost = failure(sender.send(stake('lost')))
      await until('it is recorded', () => readIntent(store, 'lost') !== undefined)
      await (await chain.signer(accounts - 1)).sendTransaction({ to: wallet.address, value: 1n })
      await chain.mine()
      expect((await lost).code).to.equal('NONCE_TAKEN')
      proxy.decide(() => 'pass')
      await chain.autoMine(true)
      await sender.send(stake('lost'))
    }
    await life(notice, { replaceAfter: 2000 })
    expect(await staked()).to.equal(5n)
  })
})
