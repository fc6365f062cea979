import { before, beforeEach, describe, it } from 'node:test'
import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { type PlaceProof, placeProof } from '@opine/models/trace/place-proof.ts'
import { expect } from 'chai'
import { Contract, type ContractTransactionReceipt, type Result } from 'ethers'
import { Arena, ETHER, TERMS } from '../support/arena.ts'
import { errorName } from '../support/error-name.ts'

const [ALICE, BOB, CAROL, DEMANDER, HELPER, POOR, LATE] = [2, 3, 4, 5, 6, 7, 8] as const
const DAY = 86_400
const STAKE = ETHER
const ANY = 2 ** 32 - 1
const BURNED = '0x000000000000000000000000000000000000dEaD'

describe('attestations', () => {
  let arena: Arena
  let version: string
  let clean: string
  const program = sampleNetwork()

  const at = (who: number): Contract => new Contract(arena.deployment.attestations, Attestations.abi, arena.signers[who]!)
  const send = (who: number, method: string, ...args: readonly unknown[]): Promise<ContractTransactionReceipt> =>
    arena.send(at(who).getFunction(method)(version, ...args))
  const refused = (who: number, method: string, ...args: readonly unknown[]): Promise<string> =>
    errorName(
      at(who),
      at(who)
        .getFunction(method)
        .staticCall(version, ...args),
    )
  const attest = (who: number) => send(who, 'attest')
  const isActive = async (): Promise<boolean> => (await arena.models(0).getFunction('offer')(version)).active
  const locked = async (who: number): Promise<bigint> => (await arena.operators(0).getFunction('stakeOf')(arena.addresses[who])).locked
  const attesters = async (): Promise<number[]> =>
    (await at(0).getFunction('attestersOf')(version)).map((address: string) => arena.addresses.indexOf(address))
  const bond = (): Promise<bigint> => at(0).getFunction('demandBond')()
  const mine = async (blocks: number): Promise<void> => void (await arena.provider.send('hardhat_mine', [`0x${blocks.toString(16)}`]))

  async function demand(buffer = ANY): Promise<bigint> {
    const value = 2n * (await bond())
    const receipt = await send(DEMANDER, 'demand', buffer, { value })
    return arena.events(receipt, at(0), 'DemandOpened')[0]!.bond
  }
  async function draw(): Promise<void> {
    await mine(3)
    await send(HELPER, 'draw')
  }
  const places = async (): Promise<{ buffer: number; draw: bigint }[]> =>
    (await at(0).getFunction('placesOf')(version)).map((place: Result) => ({ buffer: Number(place.buffer), draw: place.draw as bigint }))
  const answers = async (): Promise<PlaceProof[]> =>
    (await places()).map(({ buffer, draw: drawn }) => placeProof(program, arena.tree, buffer, drawn))

  before(async () => {
    arena = await Arena.create(program, { ...TERMS, attestations: 2, attestationStake: STAKE })
    version = arena.versionId
    for (const who of [ALICE, BOB, CAROL, LATE]) await arena.stake(who, 3n * STAKE)
    await arena.stake(POOR, STAKE - 1n)
    clean = await arena.provider.send('evm_snapshot', [])
  })
  beforeEach(async () => {
    await arena.provider.send('evm_revert', [clean])
    clean = await arena.provider.send('evm_snapshot', [])
  })

  it('make a version active once k operators with stake attest; until then only who allows it can ask', async () => {
    const ask = (allowInactive: boolean) => {
      const terms = { deadline: 2 ** 39, liveness: 3600, bond: ETHER, fee: 0, delayPrice: 0, callbackGas: 0, redundancy: 1 }
      const oracle = arena.oracle(1)
      const call = oracle
        .getFunction('requestInference')
        .staticCall(version, sampleImage(1), { ...terms, optimistic: false, allowInactive })
      return errorName(oracle, call)
    }
    expect(await isActive()).to.equal(false)
    await attest(ALICE)
    expect([await isActive(), await locked(ALICE)]).to.deep.equal([false, STAKE])
    expect(await ask(false)).to.equal('InferenceOracle_VersionInactive')
    expect(await ask(true)).to.equal('none')
    expect(await refused(ALICE, 'attest'), 'one account counts once').to.equal('Attestations_TooEarly')
    await attest(BOB)
    expect([await isActive(), await attesters()]).to.deep.equal([true, [BOB, ALICE]])
    expect(await ask(false)).to.equal('none')
    expect(await refused(POOR, 'attest')).to.equal('OperatorRegistry_FreeStakeTooLow')
    await arena.send(arena.models(0).getFunction('retire')(version))
    expect(await refused(CAROL, 'attest')).to.equal('Attestations_Retired')
    expect(
      await errorName(
        at(0),
        at(0)
          .getFunction('attest')
          .staticCall(`0x${'12'.repeat(32)}`),
      ),
    ).to.equal('ModelRegistry_UnknownVersion')
  })

  it('lapse after 30 days; then the stake is free; a renewal in the second half keeps them up without a gap', async () => {
    await attest(ALICE)
    await attest(BOB)
    expect(await refused(BOB, 'release')).to.equal('Attestations_NotLapsed')
    await arena.pass(15 * DAY)
    await attest(ALICE)
    expect([await attesters(), await locked(ALICE)], 'one entry, one stake').to.deep.equal([[ALICE, BOB], STAKE])
    expect(await refused(ALICE, 'attest')).to.equal('Attestations_TooEarly')
    await arena.pass(15 * DAY)
    expect([await isActive(), await attesters()]).to.deep.equal([false, [ALICE]])
    await send(BOB, 'release')
    expect(await locked(BOB)).to.equal(0n)
    expect(await refused(BOB, 'release')).to.equal('Attestations_NotAttested')
    expect(await refused(CAROL, 'release')).to.equal('Attestations_NotAttested')
    await attest(BOB)
    expect(await isActive()).to.equal(true)
    await arena.pass(15 * DAY)
    await attest(ALICE)
    expect([await attesters(), await locked(ALICE)], 'a lapsed one is replaced').to.deep.equal([[ALICE, BOB], STAKE])
  })

  it('answer demands by Merkle proofs of drawn places, whoever has them, and earn the bond', async () => {
    await attest(ALICE)
    const kernel = program.inputs.length + program.constants.length
    for (const [buffer, count] of [
      [ANY, 4],
      [program.inputs.length, 4],
      [kernel, 1],
    ] as const) {
      const before = await arena.payout(HELPER)
      const paid = await arena.payout(DEMANDER)
      const value = await demand(buffer)
      expect((await arena.payout(DEMANDER)) - paid > 0n, 'what was more than the bond is credited back').to.equal(true)
      await draw()
      const drawn = await places()
      expect(drawn).to.have.length(count)
      if (buffer !== ANY) expect(new Set(drawn.map((place) => place.buffer))).to.deep.equal(new Set([buffer]))
      for (const place of drawn) expect(place.buffer).to.be.within(program.inputs.length, kernel + program.kernels.length - 1)
      const receipt = await send(HELPER, 'answer', await answers())
      expect(receipt.gasUsed < 900_000n).to.equal(true)
      expect((await arena.payout(HELPER)) - before).to.equal(value)
      expect(await refused(HELPER, 'placesOf')).to.equal('Attestations_NoDemand')
    }
    expect([await attesters(), await locked(ALICE)]).to.deep.equal([[ALICE], STAKE])
    expect(await arena.operators(0).getFunction('payoutOf')(arena.deployment.attestations), 'no bond is left behind').to.equal(0n)
  })

  it('take no answer but the right one: another place, word, leaf or descriptor, too few, or late', async () => {
    await attest(ALICE)
    await demand(program.inputs.length)
    expect(await refused(HELPER, 'answer', [])).to.equal('Attestations_NotDrawn')
    await draw()
    const good = await answers()
    const [first, ...others] = good as [PlaceProof, ...PlaceProof[]]
    const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 31 ? byte ^ 1 : byte))
    const wrong: Record<string, PlaceProof> = {
      'another word': { ...first, word: flip(first.word) },
      'a sibling less': { ...first, siblings: first.siblings.slice(1) },
      'another body': { ...first, proof: { ...first.proof, body: flip(first.proof.body) } },
      'another meta': { ...first, proof: { ...first.proof, meta: flip(first.proof.meta) } },
      'another buffer': placeProof(program, arena.tree, program.inputs.length + 1, (await places())[0]!.draw),
      'the next word': placeProof(program, arena.tree, program.inputs.length, (await places())[0]!.draw + 1n),
    }
    for (const [what, place] of Object.entries(wrong))
      expect(await refused(HELPER, 'answer', [place, ...others]), what).to.equal('Attestations_WrongAnswer')
    expect(await refused(HELPER, 'answer', others)).to.equal('Attestations_PlaceCount')
    expect(await refused(HELPER, 'answer', good)).to.equal('none')
    await arena.pass(DAY + 1)
    expect(await refused(HELPER, 'answer', good)).to.equal('Attestations_TooLate')

    await send(HELPER, 'fail')
    await attest(BOB)
    await demand(program.inputs.length + program.constants.length)
    await draw()
    const [kernel] = (await answers()) as [PlaceProof]
    expect(await refused(HELPER, 'answer', [{ ...kernel, descriptor: kernel.descriptor.slice(1) }])).to.equal('Attestations_WrongAnswer')
    expect(await refused(HELPER, 'answer', [kernel])).to.equal('none')
  })

  it('withheld files: unanswered in time, every attester is slashed, more than half burned, and the version is inactive at once', async () => {
    await attest(ALICE)
    await attest(BOB)
    const value = await demand()
    await attest(LATE)
    expect(await refused(ALICE, 'slash', arena.addresses[ALICE])).to.equal('Attestations_NotForfeit')
    expect(await refused(HELPER, 'fail'), 'not drawn').to.equal('Attestations_NotOverdue')
    await draw()
    expect(await refused(HELPER, 'fail')).to.equal('Attestations_NotOverdue')
    await arena.pass(DAY + 1)
    const [demander, burned] = [await arena.payout(DEMANDER), await arena.provider.getBalance(BURNED)]
    await send(HELPER, 'fail')
    expect((await arena.payout(DEMANDER)) - demander, 'the bond comes back').to.equal(value)
    expect([await isActive(), await attesters()]).to.deep.equal([false, [LATE]])
    const helper = await arena.payout(HELPER)
    for (const who of [ALICE, BOB]) {
      expect((await at(0).getFunction('attestationOf')(version, arena.addresses[who])).forfeit).to.equal(true)
      expect(await refused(who, 'attest')).to.equal('Attestations_Forfeit')
      await send(HELPER, 'slash', arena.addresses[who])
      expect((await arena.operators(0).getFunction('stakeOf')(arena.addresses[who])).toArray()).to.deep.equal([2n * STAKE, 0n])
      expect(await refused(HELPER, 'slash', arena.addresses[who]), 'once').to.equal('Attestations_NotAttested')
    }
    expect((await arena.provider.getBalance(BURNED)) - burned).to.equal((2n * STAKE * 6n) / 10n)
    expect((await arena.payout(DEMANDER)) - demander - value).to.equal((2n * STAKE * 3n) / 10n)
    expect((await arena.payout(HELPER)) - helper).to.equal((2n * STAKE) / 10n)
    expect(await refused(HELPER, 'slash', arena.addresses[LATE]), 'who came later did not answer for it').to.equal(
      'Attestations_NotForfeit',
    )
    await attest(ALICE)
    expect([await isActive(), await attesters()]).to.deep.equal([true, [ALICE, LATE]])
  })

  it('nobody escapes a demand: not by the end of the attestation, by renewing, or behind a later failure', async () => {
    await attest(ALICE)
    await arena.pass(30 * DAY - 100)
    await attest(BOB)
    await demand()
    await arena.pass(200)
    expect(await refused(ALICE, 'release'), 'lapsed, but it answers').to.equal('Attestations_DemandPending')
    expect(await refused(ALICE, 'attest')).to.equal('Attestations_DemandPending')
    await arena.pass(16 * DAY)
    expect(await refused(BOB, 'attest'), 'renewing waits').to.equal('Attestations_DemandPending')
    await draw()
    await arena.pass(DAY + 1)
    expect(await refused(ALICE, 'release'), 'overdue is failed').to.equal('Attestations_Forfeit')
    await attest(CAROL)
    expect(await attesters(), 'attesting ended the overdue demand').to.deep.equal([CAROL])
    await demand()
    await draw()
    await arena.pass(DAY + 1)
    await send(HELPER, 'fail')
    for (const who of [ALICE, BOB, CAROL]) await send(HELPER, 'slash', arena.addresses[who])
    expect([await locked(ALICE), await locked(BOB), await locked(CAROL)]).to.deep.equal([0n, 0n, 0n])
  })

  it('who attests while a demand is pending answers for the next one, and who lapsed before one does not answer for it', async () => {
    await attest(ALICE)
    await arena.pass(29 * DAY)
    await attest(BOB)
    await arena.pass(2 * DAY)
    await demand()
    await attest(LATE)
    await draw()
    await arena.pass(DAY + 1)
    await send(HELPER, 'fail')
    await send(ALICE, 'release')
    expect(await locked(ALICE)).to.equal(0n)
    await demand()
    await draw()
    await arena.pass(DAY + 1)
    await send(HELPER, 'fail')
    for (const who of [BOB, LATE]) await send(HELPER, 'slash', arena.addresses[who])
    expect([await locked(BOB), await locked(LATE)]).to.deep.equal([0n, 0n])
  })

  it('a demand needs somebody to answer, a bond that covers that, a buffer of the program, and one at a time', async () => {
    const value = await bond()
    expect(await refused(DEMANDER, 'demand', ANY, { value })).to.equal('Attestations_NoAttester')
    await attest(ALICE)
    expect(await refused(DEMANDER, 'demand', ANY, { value: value / 4n })).to.equal('Attestations_BondTooLow')
    const buffers = program.inputs.length + program.constants.length + program.kernels.length
    for (const buffer of [0, program.inputs.length - 1, buffers])
      expect(await refused(DEMANDER, 'demand', buffer, { value: 2n * value })).to.equal('Attestations_NoSuchBuffer')
    for (const method of ['draw', 'fail']) expect(await refused(HELPER, method)).to.equal('Attestations_NoDemand')
    await demand()
    expect(await refused(DEMANDER, 'demand', ANY, { value: 2n * value })).to.equal('Attestations_DemandPending')
    expect(await refused(HELPER, 'draw')).to.equal('Attestations_SeedNotReady')
    await draw()
    expect(await refused(HELPER, 'draw')).to.equal('Attestations_AlreadyDrawn')
    await arena.pass(31 * DAY)
    await send(HELPER, 'fail')
    expect(await refused(DEMANDER, 'demand', ANY, { value: 2n * value })).to.equal('Attestations_NoAttester')
  })

  it('a seed that nobody fixed in time is drawn anew, so that no demand hangs', async () => {
    await attest(ALICE)
    await demand()
    await mine(300)
    await send(HELPER, 'draw')
    expect((await at(0).getFunction('demandOf')(version)).deadline).to.equal(0n)
    await draw()
    await send(HELPER, 'answer', await answers())
    expect((await at(0).getFunction('demandOf')(version)).openedAt).to.equal(0n)
  })

  it('entries of accounts that are gone cost a reader nothing much', async () => {
    for (let round = 0; round < 4; round++) {
      for (const who of [ALICE, BOB, CAROL]) await attest(who)
      await arena.pass(round === 3 ? 1 : 15 * DAY)
    }
    const gas = await at(0).getFunction('isAttested').estimateGas(version, 4)
    expect(await at(0).getFunction('isAttested')(version, 4)).to.equal(false)
    expect(await at(0).getFunction('isAttested')(version, 3)).to.equal(true)
    expect(gas < 60_000n).to.equal(true)
  })
})
