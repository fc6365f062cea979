import { before, describe, it } from 'node:test'
import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { expect } from 'chai'
import { Contract, ZeroAddress } from 'ethers'
import { type Arena, ETHER } from '../support/arena.ts'
import { errorName } from '../support/error-name.ts'
import { STATUS, stateOf } from '../support/player.ts'
import { wander } from '../support/wander.ts'
import { CHALLENGER, Duel, HONEST, LIAR, LIES, smallArena } from './duel.ts'

/** A transaction as it was sent on the fork that is given up. */
type Sent = { readonly from: string; readonly to: string; readonly data: string; readonly value: string; readonly name: string }

/** For the names of its errors alone. */
const VERIFIER = new Contract(ZeroAddress, StepVerifier.abi)

describe('reorganisation across each transition', () => {
  let arena: Arena
  before(async () => {
    arena = await smallArena()
  })

  const rpc = (method: string, ...params: unknown[]) => arena.provider.send(method, params)

  /** Every transaction of the protocol since a block, in order. */
  async function sentSince(block: number): Promise<Sent[]> {
    const names = new Map(
      [arena.game(0), arena.oracle(0)].map(({ target, interface: abi }) => [String(target).toLowerCase(), abi] as const),
    )
    const all: Sent[] = []
    for (let number = block + 1; number <= (await arena.provider.getBlockNumber()); number++) {
      for (const { from, to, data, value } of (await arena.provider.getBlock(number, true))!.prefetchedTransactions) {
        const name = names.get(String(to).toLowerCase())?.parseTransaction({ data })?.name ?? '?'
        all.push({ from, to: to!, data, value: `0x${value.toString(16)}`, name })
      }
    }
    return all
  }

  const transaction = ({ from, to, data, value }: Sent) => ({ from, to, data, value, gas: '0xf00000' })
  const attempt = (sent: Sent): Promise<string> => errorName(VERIFIER, rpc('eth_call', transaction(sent), 'latest'))
  const resend = (sent: Sent): Promise<string> => errorName(VERIFIER, rpc('eth_sendTransaction', transaction(sent)))

  /** Plays a whole story and hands back its transactions and how to return to before each of them. */
  async function story(seed: number, lie: string): Promise<{ duel: Duel; gameId: string; all: Sent[]; begin: string }> {
    const begin: string = await rpc('evm_snapshot')
    const block = await arena.provider.getBlockNumber()
    const duel = await Duel.begin(arena, seed, lie)
    expect(await duel.play()).to.equal(STATUS.CHALLENGER_WINS)
    return { duel, gameId: duel.gameId, all: await sentSince(block), begin }
  }

  const placeOf = async (duel: Duel): Promise<string> => {
    const { phase, kernel, element, position, node, status } = await duel.state()
    return JSON.stringify({ phase, kernel, element, position, node: toHex(node), status })
  }

  /** Where the game is after each transaction of the story, and a way back to its beginning. */
  async function placesOf(all: readonly Sent[], duel: Duel, begin: string) {
    await rpc('evm_revert', begin)
    const again: string = await rpc('evm_snapshot')
    const places = new Map<number, string>()
    for (const [i, sent] of all.entries()) {
      expect(await resend(sent)).to.equal('none')
      places.set(i, await placeOf(duel))
    }
    return { places, again }
  }

  /** What a transaction does that is not refused: nothing, the same as on the other fork, or something else. */
  const landing = (duel: Duel, sent: Sent, there: string): Promise<string> =>
    duel.aside(async () => {
      const before = await placeOf(duel)
      expect(await resend(sent)).to.equal('none')
      const after = await placeOf(duel)
      return after === before ? 'changes nothing' : after === there ? 'as before' : 'goes elsewhere'
    })

  for (const [seed, lie] of LIES.entries()) {
    it(`threat: reorganisation across each transition: what was sent meanwhile is refused, or lands where it did (${lie})`, async (test) => {
      const { duel, all, begin } = await story(seed, lie)
      const { places, again } = await placesOf(all, duel, begin)
      let back = again
      const lost = new Set<string>()
      const landed = new Set<string>()
      for (let gone = 0; gone < all.length; gone++) {
        await rpc('evm_revert', back)
        back = await rpc('evm_snapshot')
        for (const sent of all.slice(0, gone)) expect(await resend(sent), sent.name).to.equal('none')
        // The transaction `gone` fell out; whoever saw it sends what came after.
        for (const [i, late] of all.entries()) {
          if (i <= gone) continue
          const what = `${late.name} without ${all[gone]!.name}`
          const error = await attempt(late)
          expect(error, what).to.match(/^(none|\w+_\w+)$/)
          if (error !== 'none') lost.add(error)
          else landed.add(`${what} ${await landing(duel, late, places.get(i)!)}`)
        }
        // It comes back, and all goes its way.
        for (const sent of all.slice(gone)) expect(await resend(sent), sent.name).to.equal('none')
        expect((await duel.state()).status).to.equal(STATUS.CHALLENGER_WINS)
      }
      await rpc('evm_revert', back)
      // A reveal of what is revealed already changes nothing; and hashed nodes prove themselves, so that a path to the bottom of a tree needs
      // no reveal before it and goes to the same place.
      for (const each of landed)
        expect(each).to.match(/^(reveal without \w+ changes nothing|descend(Trace|Tensor) without reveal as before)$/)
      test.diagnostic(`${all.length} transactions; refused by ${[...lost].join(', ')}; ${[...landed].join(', ')}`)
    })
  }

  it('threat: reorganisation onto a fork on which the game went elsewhere', async (test) => {
    const { duel, all, begin } = await story(20, LIES[2])
    const { gameId, lying } = duel
    const opened = all.findIndex(({ name }) => name === 'open')
    let back = begin
    const refusals = new Set<string>()
    for (let seed = 0; seed < 6; seed++) {
      await rpc('evm_revert', back)
      back = await rpc('evm_snapshot')
      for (const sent of all.slice(0, opened + 1)) expect(await resend(sent)).to.equal('none')
      // On this fork the game went to another lane: each of the old moves says which node it expected, and a step opens what it reads.
      const there = await wander(arena, gameId, lying, { asserter: LIAR, challenger: CHALLENGER }, seed)
      for (const late of all.slice(opened + 1)) {
        const error = await attempt(late)
        expect(error, late.name).to.match(/^(DisputeGame|StepVerifier)_/)
        refusals.add(`${late.name} ${error}`)
      }
      expect(await stateOf(arena, gameId)).to.deep.equal(there)
    }
    await rpc('evm_revert', back)
    test.diagnostic([...refusals].join(', '))
  })

  it('threat: reorganisation of settlement and of money', async () => {
    const duel = await Duel.begin(arena, 40, LIES[3], 3600)
    const honest = await arena.assert(HONEST, duel.asked, duel.truth)
    await duel.play()
    await arena.pass(3601)
    const block = await arena.provider.getBlockNumber()
    const before: string = await rpc('evm_snapshot')
    await arena.send(arena.oracle(0).getFunction('settle')(duel.asked.requestId, honest.output))
    await arena.send(arena.claims(CHALLENGER).getFunction('startClaim')(duel.gameId))
    const paid = await arena.payout(HONEST)
    const all = await sentSince(block)
    await rpc('evm_revert', before)
    expect(await attempt(all[1]!), 'a claim before the settlement').to.equal('RewardClaims_NotSettled')
    expect(await resend(all[0]!)).to.equal('none')
    expect(await arena.payout(HONEST), 'paid once').to.equal(paid)
    expect(await attempt(all[0]!), 'the same again').to.equal('InferenceOracle_RequestNotOpen')
    expect(await resend(all[1]!)).to.equal('none')
    expect(paid > 0n && paid < ETHER).to.equal(true)
  })
})
