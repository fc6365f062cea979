import { before, beforeEach, describe, it } from 'node:test'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { type PlaceProof, placeProof } from '@opine/models/trace/place-proof.ts'
import { expect } from 'chai'
import { ALICE, ANY, AttestationStage, BOB, DAY, DEMANDER, HELPER, STAKE } from '../support/attestation-stage.ts'

describe('demands for the files of a version', () => {
  let stage: AttestationStage
  const program = sampleNetwork()
  before(async () => {
    stage = await AttestationStage.open(sampleNetwork())
  })
  beforeEach(() => stage.reset())

  it('answer demands by Merkle proofs of drawn places, whoever has them, and earn the bond', async () => {
    await stage.attest(ALICE)
    const kernel = program.inputs.length + program.constants.length
    for (const [buffer, named] of [
      [ANY, 0],
      [program.inputs.length, 2],
      [kernel, 1],
    ] as const) {
      const before = await stage.arena.payout(HELPER)
      const paid = await stage.arena.payout(DEMANDER)
      const value = await stage.demand(buffer)
      expect((await stage.arena.payout(DEMANDER)) - paid > 0n, 'what was more than the bond is credited back').to.equal(true)
      await stage.draw()
      const drawn = await stage.places()
      expect(drawn).to.have.length(4)
      for (const place of drawn.slice(0, named)) expect(place.buffer).to.equal(buffer)
      for (const place of drawn) expect(place.buffer).to.be.within(program.inputs.length, kernel + program.kernels.length - 1)
      const receipt = await stage.send(HELPER, 'answer', await stage.answers())
      expect(receipt.gasUsed < 900_000n).to.equal(true)
      expect((await stage.arena.payout(HELPER)) - before).to.equal(value)
      expect(await stage.refused(HELPER, 'placesOf')).to.equal('Attestations_NoDemand')
    }
    expect([await stage.attesters(), await stage.locked(ALICE)]).to.deep.equal([[ALICE], STAKE])
    expect(await stage.arena.operators(0).getFunction('payoutOf')(stage.arena.deployment.attestations), 'no bond is left behind').to.equal(
      0n,
    )
  })

  it('take no answer but the right one: another place, word, leaf or descriptor, too few, or late', async () => {
    await stage.attest(ALICE)
    await stage.demand(program.inputs.length)
    expect(await stage.refused(HELPER, 'answer', [])).to.equal('Attestations_NotDrawn')
    await stage.draw()
    const good = await stage.answers()
    const [first, ...others] = good as [PlaceProof, ...PlaceProof[]]
    const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 31 ? byte ^ 1 : byte))
    const wrong: Record<string, PlaceProof> = {
      'another word': { ...first, word: flip(first.word) },
      'a sibling less': { ...first, siblings: first.siblings.slice(1) },
      'another body': { ...first, proof: { ...first.proof, body: flip(first.proof.body) } },
      'another meta': { ...first, proof: { ...first.proof, meta: flip(first.proof.meta) } },
      'another buffer': placeProof(program, stage.arena.tree, program.inputs.length + 1, (await stage.places())[0]!.draw),
      'the next word': placeProof(program, stage.arena.tree, program.inputs.length, (await stage.places())[0]!.draw + 1n),
    }
    for (const [what, place] of Object.entries(wrong))
      expect(await stage.refused(HELPER, 'answer', [place, ...others]), what).to.equal('Attestations_WrongAnswer')
    expect(await stage.refused(HELPER, 'answer', others)).to.equal('Attestations_PlaceCount')
    expect(await stage.refused(HELPER, 'answer', good)).to.equal('none')
    await stage.arena.pass(DAY + 1)
    expect(await stage.refused(HELPER, 'answer', good)).to.equal('Attestations_TooLate')

    await stage.send(HELPER, 'fail')
    await stage.attest(BOB)
    await stage.demand(program.inputs.length + program.constants.length)
    await stage.draw()
    const [kernel, ...rest] = (await stage.answers()) as [PlaceProof, ...PlaceProof[]]
    expect(await stage.refused(HELPER, 'answer', [{ ...kernel, descriptor: kernel.descriptor.slice(1) }, ...rest])).to.equal(
      'Attestations_WrongAnswer',
    )
    expect(await stage.refused(HELPER, 'answer', [kernel, ...rest])).to.equal('none')
  })

  it('an attester who kept one buffer alone cannot shield itself for long by demanding that one of itself', async () => {
    await stage.attest(ALICE)
    const kept = program.inputs.length + program.constants.length
    for (let day = 0; ; ++day) {
      expect(day < 10, 'it can for ever').to.equal(true)
      await stage.demand(kept)
      await stage.draw()
      if ((await stage.places()).some(({ buffer }) => buffer !== kept)) break
      await stage.send(ALICE, 'answer', await stage.answers())
    }
    await stage.arena.pass(DAY + 1)
    await stage.send(HELPER, 'fail')
    await stage.send(HELPER, 'slash', stage.arena.addresses[ALICE])
    expect(await stage.locked(ALICE)).to.equal(0n)
  })

  it('a demand needs somebody to answer, a bond that covers that, a buffer of the program, and one at a time', async () => {
    const value = await stage.bond()
    expect(await stage.refused(DEMANDER, 'demand', ANY, { value })).to.equal('Attestations_NoAttester')
    await stage.attest(ALICE)
    expect(await stage.refused(DEMANDER, 'demand', ANY, { value: value / 4n })).to.equal('Attestations_BondTooLow')
    const buffers = program.inputs.length + program.constants.length + program.kernels.length
    for (const buffer of [0, program.inputs.length - 1, buffers])
      expect(await stage.refused(DEMANDER, 'demand', buffer, { value: 2n * value })).to.equal('Attestations_NoSuchBuffer')
    for (const method of ['draw', 'fail']) expect(await stage.refused(HELPER, method)).to.equal('Attestations_NoDemand')
    await stage.demand()
    expect(await stage.refused(DEMANDER, 'demand', ANY, { value: 2n * value })).to.equal('Attestations_DemandPending')
    expect(await stage.refused(HELPER, 'draw')).to.equal('Attestations_SeedNotReady')
    await stage.draw()
    expect(await stage.refused(HELPER, 'draw')).to.equal('Attestations_AlreadyDrawn')
    await stage.arena.pass(31 * DAY)
    await stage.send(HELPER, 'fail')
    expect(await stage.refused(DEMANDER, 'demand', ANY, { value: 2n * value })).to.equal('Attestations_NoAttester')
  })

  it('a seed that nobody fixed in time is drawn anew, so that no demand hangs', async () => {
    await stage.attest(ALICE)
    await stage.demand()
    await stage.mine(300)
    await stage.send(HELPER, 'draw')
    expect((await stage.at(0).getFunction('demandOf')(stage.version)).deadline).to.equal(0n)
    await stage.draw()
    await stage.send(HELPER, 'answer', await stage.answers())
    expect((await stage.at(0).getFunction('demandOf')(stage.version)).openedAt).to.equal(0n)
  })
})
