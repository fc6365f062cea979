import { after, before, describe, it } from 'node:test'
import { TiersHarness } from '@opine/abi/generated/TiersHarness.ts'
import { createClient, type OpineClient } from '@opine/client/client.ts'
import type { Told } from '@opine/client/follow.ts'
import { waitForReceipt } from '@opine/client/receipt.ts'
import { request } from '@opine/client/request.ts'
import { chooseTerms, TIERS } from '@opine/client/terms.ts'
import { wait } from '@opine/client/wait.ts'
import { watch } from '@opine/client/watch.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { type Block, type BlockTag, type JsonRpcPayload, JsonRpcProvider, makeError } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { deploy } from '../support/deploy.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

/** A node whose every fifth answer is lost on the way. */
class LossyProvider extends JsonRpcProvider {
  lost = 0
  #count = 0

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): ReturnType<JsonRpcProvider['_send']> {
    this.#count += 1
    if (this.#count % 5 !== 0) return super._send(payload)
    this.lost += 1
    throw makeError('the connection was lost', 'NETWORK_ERROR', { event: 'lost' })
  }
}

/** A node that begins to synchronise. */
class BlocklessProvider extends JsonRpcProvider {
  looks = 0

  override async getBlock(block: BlockTag): Promise<Block | null> {
    this.looks += 1
    return this.looks > 2 ? super.getBlock(block) : null
  }
}

describe('the client, where the node or the chain is unsteady', () => {
  let theatre: Theatre
  let client: OpineClient
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    await theatre.stake(2, 10n * ETHER)
    client = await createClient(await theatre.local.signer(1), theatre.deployment, { polling: 20 })
  })
  after(() => theatre.close())

  const ask = async (seed: number) => {
    const terms = await chooseTerms(client, { fee: 1n, liveness: 3_600, answerWithin: 7_200 })
    return request(client, { versionId: theatre.versionId, input: sampleImage(seed), terms })
  }

  it('takes back what a reorganisation throws out, and tells it again when it is mined again', async () => {
    const { provider } = theatre.local
    const terms = await chooseTerms(client, { fee: 1n, liveness: 3_600, answerWithin: 7_200 })
    const snapshot = await provider.send('evm_snapshot', [])
    const question = { versionId: theatre.versionId, input: sampleImage(1), terms }
    const asked = await request(client, question)
    const told: Told[] = []
    const stop = new AbortController()
    const watched = (async () => {
      for await (const event of watch(client, { ...asked, signal: stop.signal })) told.push(event)
    })().catch((reason: unknown) => reason)
    await until('it was told', () => told.length === 1)
    await provider.send('evm_revert', [snapshot])
    await theatre.local.mine(3)
    await until('it was taken back', () => told.length === 2)
    const again = await request(client, question)
    await until('it was told again', () => told.length === 3)
    stop.abort(new Error('enough'))
    expect(String(await watched)).to.equal('Error: enough')
    expect(again.requestId).to.equal(asked.requestId)
    expect(told.map(({ type }) => type)).to.deep.equal(['requested', 'retracted', 'requested'])
  })

  it('gives an answer only when its settlement is as deep as was asked', async () => {
    const daemon = await theatre.oracleNode(2)
    const asked = await ask(2)
    await until('it was answered', async () => (await theatre.assertions(asked.requestId as `0x${string}`)).length === 1)
    await theatre.local.pass(3_601)
    await wait(client, asked)
    let answered = false
    const deep = wait(client, { ...asked, confirmations: 8 }).then(() => {
      answered = true
    })
    await theatre.local.mine(3)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(answered).to.equal(false)
    await theatre.local.mine(8)
    await deep
    const transaction = await waitForReceipt(theatre.local.provider, asked.hash, { confirmations: 8 })
    expect(transaction.blockNumber).to.equal(asked.fromBlock)
    await daemon.stop()
  })

  it('asks a node again that does not answer', async () => {
    const daemon = await theatre.oracleNode(2, {}, { store: '-again' })
    const options = { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 }
    const lossy = new LossyProvider(theatre.local.url.replace('ws', 'http'), 31337, options)
    const asked = await ask(3)
    const troubles: unknown[] = []
    const waiting = wait({ ...client, provider: lossy }, { ...asked, onTrouble: (error) => troubles.push(error) })
    await until('it was answered', async () => (await theatre.assertions(asked.requestId as `0x${string}`)).length === 1)
    await theatre.local.pass(3_601)
    expect((await waiting).requestId).to.equal(asked.requestId)
    expect(troubles).to.have.length(lossy.lost).and.to.not.have.length(0)
    lossy.destroy()
    await daemon.stop()
  })

  it('asks a node again that names no latest block, and says so where it cannot', async () => {
    const asked = await ask(4)
    const url = theatre.local.url.replace('ws', 'http')
    const blockless = new BlocklessProvider(url, 31337, { staticNetwork: true, cacheTimeout: -1 })
    const young = { ...client, provider: blockless }
    const refused = await chooseTerms(young, { fee: 1n }).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'NODE_BLOCKLESS' })
    const troubles: unknown[] = []
    for await (const event of watch(young, { ...asked, onTrouble: (error) => troubles.push(error) })) {
      expect(event.type).to.equal('requested')
      break
    }
    expect(troubles.map((error) => (error as { code: string }).code)).to.deep.equal(['NODE_BLOCKLESS'])
    blockless.destroy()
  })

  it('offers the tiers of the consumer kit', async () => {
    const harness = await deploy(TiersHarness, [], await theatre.local.signer(0))
    for (const [which, tier] of (['quick', 'standard', 'high', 'critical'] as const).entries()) {
      const theirs = await harness.getFunction('terms')(theatre.deployment.oracle, which, 0n, 0n, 0n, 60n, 7n, 0n)
      expect([Number(theirs.liveness), Number(theirs.redundancy)]).to.deep.equal([TIERS[tier].liveness, TIERS[tier].redundancy])
      const ours = await chooseTerms(client, { tier, fee: 7n, atStake: 5n * ETHER })
      expect(ours).to.include({ ...TIERS[tier], bond: 5n * ETHER, callbackGas: 0, optimistic: false, allowInactive: false })
    }
  })
})
