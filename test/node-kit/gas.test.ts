import { after, before, describe, it } from 'node:test'
import { readIntent } from '@opine/node-kit/intents.ts'
import { SocketProvider } from '@opine/node-kit/provider.ts'
import type { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import type { BlockTag, PerformActionRequest, Wallet } from 'ethers'
import { until } from '../support/local-chain.ts'
import { NODES, SendingStage } from '../support/sending-stage.ts'

const GWEI = 10n ** 9n
const [CAP, SPIKE] = [20n * GWEI, 60n * GWEI]

/** A node that counts so many too many of what is pending. */
const miscounting = (more: number): typeof SocketProvider =>
  class extends SocketProvider {
    override async getTransactionCount(address: string, tag?: BlockTag): Promise<number> {
      return (await super.getTransactionCount(address, tag)) + (tag === 'pending' ? more : 0)
    }
  }

for (const kind of NODES)
  describe(`a sender when gas is dear and nodes forget, at the ${kind} node`, () => {
    let stage: SendingStage
    before(async () => {
      stage = await SendingStage.open(kind)
    })
    after(() => stage.close())

    const spike = async (): Promise<void> => {
      await stage.baseFee(SPIKE)
      await stage.chain.mine()
    }
    const calm = async (): Promise<void> => {
      await stage.baseFee(GWEI)
      await stage.chain.mine()
    }
    /** Until the node's pool holds so many transactions of an account that has none mined. */
    const pooled = (what: string, { address }: Wallet, count: number): Promise<void> =>
      until(what, async () => (await stage.chain.provider.getTransactionCount(address, 'pending')) === count)
    const recorded = (store: Store, key: string): Promise<void> => until(`${key} is recorded`, () => readIntent(store, key) !== undefined)
    const codeOf = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'done',
        (error: { code: string }) => error.code,
      )

    it('waits while gas is dearer than its cap, says so once, and goes on by itself', async () => {
      const wallets = await stage.clear(1)
      await calm()
      await stage.life(
        wallets,
        async (sender) => {
          await spike()
          for (let index = 0; index < 3; index++) expect(await codeOf(sender.send(stage.stake('waits')))).to.equal('FEE_CAP_REACHED')
          expect(await stage.chain.provider.getTransactionCount(wallets[0]!.address, 'pending'), 'nothing blocks the nonce').to.equal(0)
          await calm()
          await sender.send(stage.stake('waits'))
        },
        { feeCap: CAP },
      )
      expect(stage.said('feeCapReached')).to.have.length(1)
      expect(stage.said('feeCapKept')).to.have.length(1)
      expect(await stage.staked(wallets)).to.deep.equal([1])
    })

    it('exceeds its cap for a move whose clock runs out, up to another cap, and for what stands in line before it', async () => {
      const wallets = await stage.clear(1)
      await calm()
      await stage.chain.autoMine(false)
      await stage.life(
        wallets,
        async (sender, store) => {
          const waiting = sender.send(stage.stake('waits'))
          await pooled('it is in the pool', wallets[0]!, 1)
          await spike()
          const now = await stage.time()
          const relaxed = { deadline: now + 900, whole: 1000 }
          expect(await codeOf(sender.send(stage.stake('relaxed', { clock: relaxed })))).to.equal('FEE_CAP_REACHED')
          const urgent = sender.send(stage.stake('urgent', { clock: { deadline: now + 300, whole: 1000 } }))
          await recorded(store, 'urgent')
          await until('what is before it is replaced', () => readIntent(store, 'waits')!.versions.length > 1, 20_000)
          await stage.baseFee(SPIKE)
          await stage.chain.mine()
          await Promise.all([waiting, urgent])
          expect(sender.tightest(now), 'of the relaxed one').to.equal(now + 900)
          const fees = ['waits', 'urgent'].map((key) => BigInt(readIntent(store, key)!.versions.at(-1)!.maxFee))
          for (const fee of fees) expect(fee > SPIKE && fee <= 100n * GWEI).to.equal(true)
        },
        { feeCap: CAP, urgentFeeCap: 100n * GWEI, replaceAfter: 300 },
      )
      await calm()
    })

    it('hurries with what several games wait for, by the tightest of their clocks', async () => {
      const wallets = await stage.clear(1)
      await calm()
      await stage.chain.autoMine(false)
      await stage.life(
        wallets,
        async (sender, store) => {
          const now = await stage.time()
          const [loose, tight] = [{ clock: { deadline: now + 9000, whole: 10_000 } }, { clock: { deadline: now + 300, whole: 1000 } }]
          const one = sender.send(stage.stake('pending', loose))
          // One that refuses it as too cheap would have it signed anew.
          await pooled('the node holds it', wallets[0]!, 1)
          await spike()
          const other = sender.send(stage.stake('pending', tight))
          const both = ['new', 'new'].map((key, index) => sender.send(stage.stake(key, index === 0 ? loose : tight)))
          for (const promise of [one, other, ...both]) promise.catch(() => {})
          await until('it is replaced', () => readIntent(store, 'pending')!.versions.length > 1, 5_000)
          await until('the other is signed', () => readIntent(store, 'new') !== undefined, 5_000)
          await stage.baseFee(SPIKE)
          await stage.chain.mine()
          await Promise.all([one, other, ...both])
        },
        { feeCap: CAP, urgentFeeCap: 100n * GWEI, replaceAfter: 300 },
      )
      expect(await stage.staked(wallets)).to.deep.equal([2])
      await calm()
    })

    it('offers anew at once, and once, what gas became too dear for meanwhile', async () => {
      const wallets = await stage.clear(2)
      await calm()
      await stage.chain.autoMine(false)
      class Late extends SocketProvider {
        readonly told: string[] = []
        // Refuses the first offer, having looked at it for as long as it takes to replace the second.
        override async _perform(request: PerformActionRequest): Promise<unknown> {
          if (request.method !== 'broadcastTransaction') return super._perform(request)
          const number = this.told.push(request.signedTransaction)
          const late = number === 1
          if (late) await until('it is replaced', () => this.told.length > 1)
          if (late || number === 3) throw new Error('max fee per gas less than block base fee')
          return super._perform(request)
        }
      }
      const node = stage.nodeOf(Late)
      await stage.life(
        wallets.slice(0, 1),
        async (sender, store) => {
          const sent = sender.send(stage.stake('overtaken'))
          await recorded(store, 'overtaken')
          await spike()
          await until('it is offered again', () => stage.said('transactionReplaced').length === 1)
          await pooled('the node holds it', wallets[0]!, 1)
          expect(readIntent(store, 'overtaken')).to.include({ state: 'PENDING' })
          const again = sender.send(stage.stake('refused'))
          await pooled('both are offered', wallets[0]!, 2)
          await stage.baseFee(SPIKE)
          await stage.chain.mine()
          await Promise.all([sent, again])
        },
        { feeCap: 1000n * GWEI, replaceAfter: 800 },
        node,
      )
      node.destroy()
      await calm()
      await stage.chain.mine()
      expect(await stage.staked(wallets)).to.deep.equal([2, 0])
      const { told } = node as Late
      expect(told.slice(3), 'the refused one, anew').to.include(told[2])
      // The same bytes once more where the sender looks after what the node does not know before it has offered that anew.
      expect(new Set(told).size, 'transactions').to.equal(3)
      expect(told.length).to.be.within(4, 5)
    })

    it('tells a node again what it forgot', async () => {
      const wallets = await stage.clear(1)
      await stage.chain.autoMine(false)
      await stage.life(
        wallets,
        async (sender, store) => {
          const sent = sender.send(stage.stake('forgotten'))
          await pooled('it is in the pool', wallets[0]!, 1)
          await stage.chain.provider.send('hardhat_dropTransaction', [readIntent(store, 'forgotten')!.versions[0]!.hash])
          await pooled('it is in the pool again', wallets[0]!, 1)
          await stage.chain.mine()
          await sent
          expect(readIntent(store, 'forgotten')!.versions).to.have.length(1)
        },
        { replaceAfter: 5000 },
      )
      expect(stage.said('transactionReoffered').length).to.be.greaterThan(0)
      expect(await stage.staked(wallets)).to.deep.equal([1])
    })

    it('fills a gap among its nonces that nothing else fills', async () => {
      const wallets = await stage.clear(1)
      const [wallet] = wallets
      await stage.life(wallets, async (sender) => void (await sender.send(stage.stake('first', { value: 5n }))))
      await stage.chain.autoMine(false)
      const terms = { replaceAfter: 500 }
      stage.proxy.decide((method) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'pass'))
      await stage.life(wallets, async (sender, store) => {
        for (const deed of [stage.unstake('dropped', 5n), stage.stake('behind it')]) {
          void sender.send(deed).catch(() => {})
          await recorded(store, deed.key)
        }
      })
      stage.proxy.decide(() => 'pass')
      await stage.chain.autoMine(true)
      await stage.lock(wallet!, 5n)
      await stage.chain.autoMine(false)
      await stage.life(
        wallets,
        async (sender, store) => {
          const behind = sender.send(stage.stake('behind it'))
          await until('the gap is filled', () => stage.said('nonceGapFilled').length > 0)
          expect(readIntent(store, 'dropped')!.state).to.equal('LOST')
          await stage.chain.mine()
          await behind
        },
        terms,
      )
      expect(await stage.staked(wallets)).to.deep.equal([6])
    })

    it('is not misled by a node that counts what is pending wrong', async () => {
      const wallets = await stage.clear(1)
      const node = stage.nodeOf(miscounting(2))
      // One that mines at once takes none out of order; one with a pool keeps it until the gap is filled.
      for (const [key, automine] of [
        ['refused', true],
        ['kept', false],
      ] as const) {
        const gaps = stage.said('nonceGapFilled').length
        await stage.chain.autoMine(automine)
        await stage.life(
          wallets,
          async (sender) => {
            const sent = sender.send(stage.stake(key))
            if (!automine) {
              await until('gaps are filled', () => stage.said('nonceGapFilled').length >= gaps + 2)
              await stage.chain.mine()
            }
            await sent
          },
          { replaceAfter: 400 },
          node,
        )
      }
      node.destroy()
      expect(await stage.staked(wallets)).to.deep.equal([2])
    })

    it('takes no nonce that is far off, whatever a node counts', async () => {
      const wallets = await stage.clear(1)
      const node = stage.nodeOf(miscounting(2 ** 40))
      await stage.chain.autoMine(false)
      await stage.life(
        wallets,
        async (sender, store) => {
          const sent = [0, 1].map((index) => sender.send(stage.stake(`deed ${index}`)))
          await until('both are recorded', () => sent.every((_, index) => readIntent(store, `deed ${index}`) !== undefined))
          expect([0, 1].map((index) => readIntent(store, `deed ${index}`)!.nonce).sort()).to.deep.equal([0, 1])
          await pooled('the node holds both', wallets[0]!, 2)
          await stage.chain.mine()
          await Promise.all(sent)
        },
        {},
        node,
      )
      node.destroy()
      expect(await stage.staked(wallets)).to.deep.equal([2])
    })
  })
