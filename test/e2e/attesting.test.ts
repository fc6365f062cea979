import { after, before, describe, it } from 'node:test'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { readAttestation, readAttesters, readDemand } from '@opine/node-kit/attestations.ts'
import { expect } from 'chai'
import { toQuantity } from 'ethers'
import { ETHER, TERMS } from '../support/arena.ts'
import { account, until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const [ATTESTER, DEMANDER, STRANGER] = [2, 3, 4] as const
const DAY = 86_400
const GWEI = 10n ** 9n

describe('an oracle node that attests', () => {
  let theatre: Theatre
  let version: Hex
  const offer = async () => (await theatre.contracts.models.read('offer', version)) as unknown as { active: boolean }
  const call = (who: number, method: string, args: readonly unknown[], value = 0n) =>
    theatre.transact(who, theatre.contracts.attestations.encode(method, version, ...args), value)

  before(async () => {
    theatre = await Theatre.open(sampleModel(), { ...TERMS, attestations: 1, attestationStake: ETHER })
    version = theatre.versionId
    await theatre.stake(ATTESTER, 3n * ETHER)
  })
  after(() => theatre.close())

  it('makes its version active, answers demands for the bond, and renews', async () => {
    expect((await offer()).active).to.equal(false)
    const node = await theatre.oracleNode(ATTESTER, { attest: [version] })
    await until('it attests', async () => (await readAttesters(theatre.contracts, version)).length === 1)
    expect((await offer()).active).to.equal(true)
    expect((await theatre.stakeOf(ATTESTER)).locked).to.equal(ETHER)

    await call(DEMANDER, 'demand', [2 ** 32 - 1], ETHER)
    const { bond } = (await readDemand(theatre.contracts, version))!
    await theatre.local.mine(3)
    await until('it draws and answers', async () => (await readDemand(theatre.contracts, version)) === undefined)
    expect(await theatre.payout(ATTESTER)).to.equal(bond)

    const { expires } = await readAttestation(theatre.contracts, version, account(ATTESTER).address)
    await theatre.local.pass(17 * DAY)
    const renewed = async (): Promise<boolean> =>
      (await readAttestation(theatre.contracts, version, account(ATTESTER).address)).expires > expires + 16 * DAY
    await until('it renews', renewed)
    expect((await readAttesters(theatre.contracts, version)).length).to.equal(1)
    await node.stop()
    await node.ended
    expect(node.moves()).to.deep.equal(['attest', 'draw', 'answer', 'attest'])
  })

  it('answers a demand whose time runs out though gas is dear', async () => {
    await call(DEMANDER, 'demand', [2 ** 32 - 1], ETHER)
    await theatre.local.mine(3)
    await call(STRANGER, 'draw', [])
    await theatre.local.pass(0.8 * DAY)
    await theatre.local.provider.send('hardhat_setNextBlockBaseFeePerGas', [toQuantity(50n * GWEI)])
    await theatre.local.mine(1)
    const node = await theatre.oracleNode(ATTESTER, {
      attest: [version],
      sending: { feeCap: 10n * GWEI, urgentFeeCap: 500n * GWEI },
    })
    await until('it answers', async () => (await readDemand(theatre.contracts, version)) === undefined)
    await node.stop()
    expect(node.moves()).to.deep.equal(['answer'])
    expect((await theatre.stakeOf(ATTESTER)).total).to.equal(3n * ETHER)
  })

  it('does not stake again on what it failed to show, and says so', async () => {
    await call(DEMANDER, 'demand', [2 ** 32 - 1], ETHER)
    await theatre.local.mine(3)
    await call(STRANGER, 'draw', [])
    await theatre.local.pass(DAY + 1)
    await call(STRANGER, 'fail', [])
    expect((await offer()).active).to.equal(false)
    const node = await theatre.oracleNode(ATTESTER, { attest: [version] })
    await until('it says so', () => node.said('attestationForfeit').length === 1)
    await call(STRANGER, 'slash', [account(ATTESTER).address])
    await theatre.local.mine(2)
    await until('it looked again', async () => (await theatre.stakeOf(ATTESTER)).total === 2n * ETHER)
    await node.stop()
    expect(node.moves()).to.deep.equal([])
    expect((await theatre.stakeOf(ATTESTER)).locked).to.equal(0n)
  })

  it('refuses to start for a version that it does not hold, or that does not exist', async () => {
    const unknown: Hex = `0x${'12'.repeat(32)}`
    for (const [versions, models, code] of [
      [[unknown], undefined, 'VERSION_UNKNOWN'],
      [[version], [], 'VERSION_OTHER_MODEL'],
    ] as const) {
      const node = await theatre.oracleNode(ATTESTER, { attest: versions, ...(models ? { models } : {}) }, { store: code })
      const error = await node.ended.then(
        () => null,
        (failure: unknown) => failure,
      )
      expect(error).to.include({ code })
    }
  })
})
