import { after, before, describe, it } from 'node:test'
import { costOf, readIntent } from '@opine/node-kit/intents.ts'
import { expect } from 'chai'
import { until } from '../support/local-chain.ts'
import { NODES, SendingStage } from '../support/sending-stage.ts'

const ETHER = 10n ** 18n

for (const kind of NODES)
  describe(`a sender of several accounts, at the ${kind} node`, () => {
    let stage: SendingStage
    before(async () => {
      stage = await SendingStage.open(kind)
    })
    after(() => stage.close())

    it('spreads what anybody may send, and does what is its own by itself; each deed once', async () => {
      const wallets = await stage.clear(3)
      await stage.life(wallets, async (sender) => {
        const spread = Array.from({ length: 30 }, (_, index) => sender.send(stage.stake(`any ${index}`, { anybody: true })))
        const own = Array.from({ length: 5 }, (_, index) => sender.send(stage.stake(`own ${index}`, { value: 100n })))
        await Promise.all([...spread, ...own])
        const [first, ...helpers] = await stage.staked(wallets)
        expect(first! >= 500, 'its own').to.equal(true)
        expect(first! - 500 + helpers[0]! + helpers[1]!, 'all others').to.equal(30)
        expect(Math.min(...helpers)).to.be.greaterThan(5)
        await sender.send(stage.stake('any 3', { anybody: true }))
      })
      await stage.life(wallets, async (sender) => void (await sender.send(stage.stake('any 3', { anybody: true }))))
      expect((await stage.staked(wallets)).reduce((sum, value) => sum + value)).to.equal(530)
    })

    it('is not held up by an account whose transaction is stuck', async () => {
      const wallets = await stage.clear(2)
      stage.proxy.decide((method) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'pass'))
      await stage.life(
        wallets,
        async (sender, store) => {
          void sender.send(stage.stake('stuck')).catch(() => {})
          await until('it is recorded', () => readIntent(store, 'stuck') !== undefined)
          await new Promise((resolve) => setTimeout(resolve, 300))
          stage.proxy.decide((method, params) => (method === 'eth_sendRawTransaction' && isOf('stuck', store, params) ? 'swallow' : 'pass'))
          await Promise.all(Array.from({ length: 4 }, (_, index) => sender.send(stage.stake(`free ${index}`, { anybody: true }))))
          expect(await stage.staked(wallets)).to.deep.equal([0, 4])
        },
        { replaceAfter: 400 },
      )
    })

    it('leaves a deed, over a kill, to the account that signed it', async () => {
      const wallets = await stage.clear(2)
      const [own, helper] = wallets
      stage.proxy.decide((method) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'pass'))
      await stage.life(wallets, async (sender, store) => {
        void sender.send(stage.stake('deed', { anybody: true })).catch(() => {})
        await until('it is recorded', () => readIntent(store, 'deed')?.from === helper!.address)
      })
      stage.proxy.decide(() => 'pass')
      // The helper's key is gone: what it signed is offered all the same, and nobody else does the deed.
      await stage.life([own!], async (sender) => void (await sender.send(stage.stake('deed', { anybody: true }))))
      expect(await stage.staked(wallets)).to.deep.equal([0, 1])
      expect(stage.said('accountAbsent')).to.have.length(1)
    })

    it('does without a helper that cannot pay, says so once, and goes on when anybody can', async () => {
      const wallets = await stage.clear(2)
      const [own, helper] = wallets
      await stage.give(helper!, 5n)
      await stage.life(wallets, async (sender) => {
        for (let index = 0; index < 4; index++) await sender.send(stage.stake(`deed ${index}`, { anybody: true }))
        expect(await stage.staked(wallets)).to.deep.equal([4, 0])
        expect(stage.said('fundsLow').map(({ account }) => account)).to.deep.equal([helper!.address])
        await stage.give(own!, 5n)
        for (let index = 0; index < 3; index++) {
          const error = await sender.send(stage.stake('own')).catch((cause: unknown) => cause)
          expect((error as { code: string }).code).to.equal('FUNDS_LOW')
        }
        await stage.give(own!, ETHER)
        await sender.send(stage.stake('own'))
      })
      expect(stage.said('fundsLow').map(({ account }) => account)).to.deep.equal([helper!.address, own!.address])
      expect(stage.said('fundsRestored')).to.have.length(1)
    })

    it('leaves a deed to another account while what is not mined yet takes up all that a helper has', async () => {
      const wallets = await stage.clear(2)
      const [own, helper] = wallets
      await stage.chain.autoMine(false)
      await stage.life(wallets, async (sender, store) => {
        const busy = ['own 0', 'own 1', 'own 2'].map((key) => sender.send(stage.stake(key)))
        await until('its own deeds are pending', () => busy.every((_, index) => readIntent(store, `own ${index}`) !== undefined))
        const deeds = [sender.send(stage.stake('helped', { anybody: true }))]
        await until('the helper did one', () => readIntent(store, 'helped')?.from === helper!.address)
        await stage.give(helper!, (costOf(readIntent(store, 'helped')!) * 3n) / 2n)
        let simulated = 0
        stage.proxy.decide((method) => {
          if (method === 'eth_estimateGas') simulated += 1
          return 'pass'
        })
        deeds.push(sender.send(stage.stake('another', { anybody: true })))
        await until('the own account does the next', () => readIntent(store, 'another')?.from === own!.address)
        expect(simulated).to.be.at.most(2)
        await stage.chain.autoMine(true)
        await stage.chain.mine()
        await Promise.all([...busy, ...deeds])
      })
      expect(await stage.staked(wallets)).to.deep.equal([4, 1])
    })

    it('sends a hundred deeds at once from one account', async () => {
      const wallets = await stage.clear(1)
      await stage.life(wallets, async (sender) => {
        await Promise.all(Array.from({ length: 100 }, (_, index) => sender.send(stage.stake(`deed ${index}`))))
      })
      expect(await stage.staked(wallets)).to.deep.equal([100])
      expect(await stage.chain.provider.getTransactionCount(wallets[0]!.address)).to.equal(100)
    })
  })

/** Whether a message offers a version of an intent. */
function isOf(key: string, store: Parameters<typeof readIntent>[0], params: unknown): boolean {
  return readIntent(store, key)!.versions.some(({ raw }) => raw === (params as string[])[0])
}
