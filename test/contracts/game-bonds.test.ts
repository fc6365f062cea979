import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { Arena, ETHER, GWEI, revertName, TERMS } from '../support/arena.ts'
import { play } from '../support/player.ts'

const [CONSUMER, LIAR, CHALLENGER] = [1, 2, 3] as const
const DELAY = ETHER / 50n

/** The contract's figures of gas, by name. */
const FIGURES = Object.fromEntries(
  [...readFileSync(join(import.meta.dirname, '../../contracts/dispute/GameGas.sol'), 'utf8').matchAll(/constant (\w+) = ([0-9_]+);/g)].map(
    ([, name, digits]) => [name!, BigInt(digits!.replaceAll('_', ''))],
  ),
)

describe('the challenger’s bond', () => {
  it('covers the defender’s gas at the base fee and the delay; what is too much is credited back', async () => {
    const arena = await Arena.create(sampleNetwork())
    await arena.stake(LIAR, ETHER)
    const asked = await arena.ask(CONSUMER, sampleImage(1), { delayPrice: DELAY })
    const truth = arena.truth(asked.input)
    const assertion = await arena.assert(LIAR, asked, tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
    await arena.prepare(CHALLENGER, assertion.id)
    const game = arena.game(CHALLENGER)
    const at = (baseFee: bigint): Promise<bigint> => game.getFunction('challengerBondAt')(assertion.id, baseFee)
    expect(await at(0n), 'the floor').to.equal(TERMS.gameBond + DELAY)
    const dear = 1000n * GWEI
    expect(await at(dear)).to.equal((FIGURES.DEFENDER! * 2n * dear * 125n) / 100n + DELAY)
    const open = (value: bigint) => game.getFunction('open').staticCall(assertion.id, new Uint8Array(32), { value })
    expect(await revertName(open(TERMS.gameBond + DELAY - 1n))).to.equal('DisputeGame_BondTooLow')
    const before = await arena.payout(CHALLENGER)
    const receipt = await arena.send(game.getFunction('open')(assertion.id, new Uint8Array(32), { value: TERMS.gameBond + DELAY + 77n }))
    expect((await arena.payout(CHALLENGER)) - before).to.equal(77n)
    const { gameId } = arena.events(receipt, game, 'GameOpened')[0]!
    expect((await game.getFunction('game')(gameId)).bond).to.equal(TERMS.gameBond + DELAY)
  })
})

describe('the winner’s reward', () => {
  it('is the base and the fixed figures of its moves, at a price that it cannot raise', async (test) => {
    const arena = await Arena.create(sampleNetwork())
    await arena.stake(LIAR, 10n * ETHER)
    const spent: Record<string, bigint[]> = {}
    for (const lie of ['total:3:2:0:0x400000', '0:5:downstream:0x400000']) {
      const asked = await arena.ask(CONSUMER, sampleImage(2))
      const truth = arena.truth(asked.input)
      const assertion = await arena.assert(LIAR, asked, tellLie(truth, parseLie(lie)).trace)
      const gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
      const { moves } = await play(arena, gameId, assertion, truth, { asserter: LIAR, challenger: CHALLENGER })
      for (const { kind, gas } of moves) spent[kind] = [...(spent[kind] ?? []), gas]
      const block = (await arena.provider.getBlock('latest'))!
      const { gasPrice } = (await arena.provider.getTransactionReceipt(block.transactions[0]!))!
      const prices = [gasPrice, 2n * block.baseFeePerGas!, GWEI]
      const price = prices.reduce((least, each) => (each < least ? each : least))
      const figure: Record<string, bigint> = {
        descendTrace: FIGURES.DESCEND!,
        descendTensor: FIGURES.DESCEND!,
        pick: FIGURES.PICK!,
        step: FIGURES.STEP!,
      }
      const gas = moves.reduce((sum, { kind }) => sum + (figure[kind] ?? 0n), FIGURES.OPEN!)
      const { reward } = await arena.game(0).getFunction('killOf')(assertion.id)
      expect(reward).to.equal(ETHER / 10n + gas * price)
      for (const [kind, costs] of Object.entries(spent)) {
        if (!figure[kind]) continue
        for (const cost of costs) {
          expect(cost < 2n * figure[kind]! && cost > figure[kind]! / 2n, `${kind} takes ${cost}, is reckoned ${figure[kind]}`).to.equal(
            true,
          )
        }
      }
    }
    for (const [kind, costs] of Object.entries(spent)) test.diagnostic(`${kind}: ${costs.join(', ')} gas`)
  })
})
