import { after, before, describe, it } from 'node:test'
import { receiptOf } from '@opine/node-kit/receipt.ts'
import { expect } from 'chai'
import { type Anvil, startAnvil } from '../support/anvil.ts'

describe('a receipt', () => {
  let anvil: Anvil
  before(async () => {
    anvil = await startAnvil()
  })
  after(() => anvil?.stop())

  it('counts only while its block is on the chain, whatever the node remembers', async () => {
    const { provider } = anvil
    const signer = await provider.getSigner(1)
    const send = async (): Promise<string> => (await (await signer.sendTransaction({ to: signer.address })).wait())!.hash
    const [kept, taken] = [await send(), await send()]
    await provider.send('anvil_mine', ['0x2'])
    expect((await receiptOf(provider, taken))?.hash).to.equal(taken)
    await provider.send('anvil_reorg', [3, []])
    expect(await receiptOf(provider, taken)).to.equal(null)
    expect((await receiptOf(provider, kept))?.hash).to.equal(kept)
    expect(await provider.getTransactionCount(signer.address)).to.equal(1)
  })
})
