import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Deed } from '@opine/node-kit/deed.ts'
import { readIntent } from '@opine/node-kit/intents.ts'
import type { Done } from '@opine/node-kit/pending.ts'
import { SocketProvider } from '@opine/node-kit/provider.ts'
import type { Sender } from '@opine/node-kit/sender.ts'
import { expect } from 'chai'
import type { BlockTag, TransactionReceipt, Wallet } from 'ethers'
import { until } from '../support/local-chain.ts'
import { SendingStage } from '../support/sending-stage.ts'

/** Knows nothing of receipts while it is behind, whereas what counts transactions is not. */
class Behind extends SocketProvider {
  behind = false
  override async getTransactionReceipt(hash: string): Promise<TransactionReceipt | null> {
    return this.behind ? null : super.getTransactionReceipt(hash)
  }
}

describe('a sender whose nodes or forks do not agree', () => {
  let stage: SendingStage
  before(async () => {
    stage = await SendingStage.open('anvil')
  })
  after(() => stage.close())

  /** Asks for it as daemons do: until it is done. */
  const insist = async (sender: Sender, deed: Deed): Promise<Done> => {
    for (;;) {
      try {
        return await sender.send(deed)
      } catch {
        await sleep(50)
      }
    }
  }
  const reorganise = (blocks: number, ...transactions: readonly string[]): Promise<unknown> =>
    stage.chain.provider.send('anvil_reorg', [blocks, transactions.map((raw) => [raw, 0])])

  it('waits for a receipt that comes later than the count of transactions', async () => {
    const wallets = await stage.clear(1)
    const node = stage.nodeOf(Behind) as Behind
    node.behind = true
    setTimeout(() => Object.assign(node, { behind: false }), 1500)
    await stage.life(wallets, async (sender) => void (await insist(sender, stage.stake('once'))), {}, node)
    expect(await stage.staked(wallets)).to.deep.equal([1])
    expect(stage.said('transactionLost')).to.have.length(0)
    node.destroy()
  })

  it('looks for the receipt of what was given up as lost before it does that anew', async () => {
    const wallets = await stage.clear(1)
    const node = stage.nodeOf(Behind) as Behind
    node.behind = true
    await stage.life(
      wallets,
      async (sender, store) => {
        const lost = sender.send(stage.stake('found')).catch(({ code }) => code)
        expect(await lost).to.equal('NONCE_TAKEN')
        expect(readIntent(store, 'found')!.state).to.equal('LOST')
        node.behind = false
        await insist(sender, stage.stake('found'))
        expect(readIntent(store, 'found')).to.include({ state: 'MINED', nonce: 0 })
      },
      { replaceAfter: 1000 },
      node,
    )
    expect(await stage.staked(wallets)).to.deep.equal([1])
    node.destroy()
  })

  it('gives no other deed the nonce of what a reorganisation took back, so that it is done once whichever fork comes back', async () => {
    const wallets = await stage.clear(1)
    let first: Done
    await stage.life(wallets, async (sender) => {
      first = await sender.send(stage.stake('first'))
    })
    // While nobody looks.
    await reorganise(1)
    expect(await stage.staked(wallets)).to.deep.equal([0])
    await stage.life(wallets, async (sender, store) => {
      const second = sender.send(stage.stake('second', { value: 10n }))
      await until('it is signed', () => readIntent(store, 'second') !== undefined)
      expect((await insist(sender, stage.stake('first'))).hash, 'the same bytes').to.equal(first.hash)
      await second
      expect(await stage.staked(wallets)).to.deep.equal([11])
      // The fork on which it was done alone comes back, and then what was sent since.
      const raw = ['first', 'second'].map((key) => readIntent(store, key)!.versions[0]!.raw)
      await reorganise((await stage.chain.provider.getBlockNumber()) - first.block + 1, ...raw)
      expect(await stage.staked(wallets)).to.deep.equal([11])
    })
    expect(stage.said('transactionLost')).to.have.length(0)
  })

  it('fills the nonce of what a reorganisation took back where nobody wants that any more', async () => {
    const wallets = await stage.clear(1)
    await stage.life(
      wallets,
      async (sender) => {
        await sender.send(stage.stake('unwanted'))
        await reorganise(1)
        await sender.send(stage.stake('wanted', { value: 10n }))
      },
      { replaceAfter: 1000 },
    )
    expect(await stage.staked(wallets)).to.deep.equal([10])
    expect(stage.said('nonceGapFilled')).to.have.length(1)
  })

  it('takes no nonce that it knows to be used from a node that counts too few', async () => {
    class Short extends SocketProvider {
      override async getTransactionCount(address: string, tag?: BlockTag): Promise<number> {
        return Math.max(0, (await super.getTransactionCount(address, tag)) - 1)
      }
    }
    const wallets = await stage.clear(1)
    const node = stage.nodeOf(Short)
    await stage.life(wallets, async (sender) => void (await sender.send(stage.stake('one'))))
    await stage.life(
      wallets,
      async (sender, store) => {
        void sender.send(stage.stake('two')).catch(() => {})
        await until('it is signed', () => readIntent(store, 'two') !== undefined)
        expect(readIntent(store, 'two')!.nonce).to.equal(1)
      },
      {},
      node,
    )
    expect(stage.said('transactionReorganised')).to.have.length(0)
    node.destroy()
    await stage.life(wallets, async (sender) => void (await sender.send(stage.stake('two'))))
    expect(await stage.staked(wallets)).to.deep.equal([2])
  })

  it('leaves the nonce of what a reorganisation took back to others where that would revert by now', async () => {
    const wallets = await stage.clear(1)
    const [wallet] = wallets as [Wallet]
    await stage.life(wallets, async (sender, store) => {
      await sender.send(stage.stake('stake', { value: 5n }))
      const before = await stage.chain.provider.getBlockNumber()
      await sender.send(stage.unstake('unstake', 5n))
      await reorganise((await stage.chain.provider.getBlockNumber()) - before)
      await stage.lock(wallet, 5n)
      await sender.send(stage.stake('next'))
      expect(readIntent(store, 'next')!.nonce).to.equal(readIntent(store, 'unstake')!.nonce)
    })
    expect(await stage.staked(wallets)).to.deep.equal([6])
  })
})
