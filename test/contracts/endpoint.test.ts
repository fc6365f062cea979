import { before, describe, it } from 'node:test'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { contractsAt } from '@opine/node-kit/contracts.ts'
import { decodeEvent, eventFilter, type ProtocolEvent } from '@opine/node-kit/events.ts'
import { Journal } from '@opine/node-kit/journal.ts'
import { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import { Interface, toUtf8Bytes } from 'ethers'
import { VaultStage } from '../support/vault.ts'

const [ALICE, BOB] = [5, 6] as const
const URL = 'wss://operator.example:4000/traces'
const abi = new Interface(OperatorRegistry.abi as never)

describe('an endpoint', () => {
  let stage: VaultStage
  before(async () => {
    stage = await VaultStage.open({})
  })

  /** What a daemon's journal learns from the vault's events. */
  async function journal(): Promise<{ journal: Journal; events: ProtocolEvent[] }> {
    const vault = await stage.vault.getAddress()
    const others = '0x00000000000000000000000000000000000000aa'
    const addresses = { models: others, oracle: others, game: others, claims: others, attestations: others, operators: vault }
    const contracts = contractsAt({ ...addresses, chainId: 31337, block: 0 } as never, stage.chain)
    const logs = await stage.chain.getLogs({ ...eventFilter(contracts), fromBlock: 0 })
    const events = logs.map((log) => decodeEvent(contracts, log)!)
    const journal = new Journal(Store.open(':memory:'), () => false)
    for (const event of events) journal.take(event)
    return { journal, events }
  }

  it('is announced by its operator, as often as it moves, and the latest counts', async () => {
    await stage.send(ALICE, 'announce', 'ws://elsewhere.example')
    await stage.send(ALICE, 'announce', URL)
    await stage.send(BOB, 'announce', '')
    const { journal: known, events } = await journal()
    expect(events.map((event) => event.name === 'EndpointAnnounced' && event.endpoint)).to.deep.equal(['ws://elsewhere.example', URL, ''])
    expect(known.endpoint(stage.addresses[ALICE]!)).to.include({ endpoint: URL })
    expect(known.endpoint(stage.addresses[BOB]!)).to.include({ endpoint: '' })
    expect(known.endpoint(stage.addresses[7]!)).to.equal(undefined)
    for (const event of events) known.take(event)
    expect(known.endpoint(stage.addresses[ALICE]!), 'read again in order').to.include({ endpoint: URL })
    known.take({ ...events[0]!, block: events[0]!.block - 1 })
    expect(known.endpoint(stage.addresses[ALICE]!), 'said again on another fork, in an earlier block').to.include({
      endpoint: 'ws://elsewhere.example',
    })
  })

  it('has at most 256 bytes', async () => {
    await stage.send(ALICE, 'announce', 'é'.repeat(128))
    expect(await stage.refused(ALICE, 'announce', `${'é'.repeat(128)}.`)).to.equal('OperatorRegistry_EndpointTooLong')
  })

  it('that is no text is nowhere, and stops nobody who reads it', async () => {
    const data = abi.encodeFunctionData('announce', ['~~~~']).replace(Buffer.from(toUtf8Bytes('~~~~')).toString('hex'), 'ff80ff80')
    const to = await stage.vault.getAddress()
    await (await stage.signers[BOB]!.sendTransaction({ to, data })).wait()
    const { journal: known } = await journal()
    expect(known.endpoint(stage.addresses[BOB]!)).to.include({ endpoint: '' })
  })
})
