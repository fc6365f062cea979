import { describe, it } from 'node:test'
import { Wrapper } from '@opine/abi/generated/Wrapper.ts'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { type Contract, type ContractTransactionReceipt, getBytes } from 'ethers'
import { deploy } from '../support/deploy.ts'
import { STATUS, stateOf } from '../support/player.ts'
import { ASKER, BOND, CHALLENGER, digit, FEE, HONEST, LIAR, onStage, SHAM, STRANGER } from './cast.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'
import { openSham, trueAnswer } from './sham.ts'
import type { Stage } from './stage.ts'

type Call = { readonly to: string; readonly data: string }
type Forward = (call: Call, value?: bigint) => Promise<ContractTransactionReceipt>

/** A contract that makes an account's calls; nothing of them is to be read off the transactions. */
async function wrapperOf(stage: Stage, who: number): Promise<{ readonly address: string; readonly forward: Forward }> {
  const wrapper: Contract = await deploy(Wrapper, [], await stage.provider.getSigner(who))
  const forward: Forward = async ({ to, data }, value = 0n) => {
    const scrambled = getBytes(data).map((byte) => byte ^ 0xff)
    return (await wrapper.getFunction('forward')(to, scrambled, { value })).wait()
  }
  return { address: String(wrapper.target), forward }
}

describe('parties that are contracts', () => {
  it(
    'scenario: a contract asks, another lies and reveals through itself: processes that go by events alone beat it and answer',
    onStage([HONEST], async (stage) => {
      const { contracts, deployment } = stage
      const { oracle, operators, game } = contracts
      const [input, arena] = [digit(0), await stage.arena()]
      const [asking, lying] = [await wrapperOf(stage, ASKER), await wrapperOf(stage, LIAR)]
      await lying.forward(operators.encode('stake'), 2n * BOND)
      const terms = await stage.terms()
      const value = await stage.due(terms)
      const id = stage.requestIn(await asking.forward(oracle.encode('requestInference', stage.versionId, input, terms), value))

      const salt = saltOf({ chainId: BigInt(deployment.chainId), oracle: deployment.oracle, requestId: id, account: lying.address })
      const { trace } = tellLie(stage.truth(input), parseLie('total:4:17:1:0x800000'))
      const tree = traceTree(trace, salt)
      const proofs = stage.model.program.outputs.map((kernel) => branch(tree, kernel))
      await lying.forward(oracle.encode('assertResult', id, outputBytes(trace), rootOf(tree), proofs))
      expect((await stage.assertions(id))[0]!.asserter).to.equal(lying.address)

      stage.operator(HONEST)
      stage.challenger(CHALLENGER)
      await stage.until('a game is open', async () => (await stage.events('game', 'GameOpened')).length === 1)
      const [{ gameId }] = (await stage.events('game', 'GameOpened')) as unknown as [{ gameId: string }]
      for (let turn = 0; turn < 40; turn++) {
        await stage.until(
          'the challenger moved',
          async () => (await stateOf(arena, gameId)).turn === 'ASSERTER' || (await stateOf(arena, gameId)).status !== STATUS.IN_PROGRESS,
        )
        const state = await stateOf(arena, gameId)
        if (state.status !== STATUS.IN_PROGRESS) break
        const move = defend(state, providerOf(trace, salt, arena.levels))
        const content = move.kind === 'reveal' ? [move.nodes] : [move.kind === 'swearInterior' ? move.roots : move.totals, '0x']
        await lying.forward(game.encode(move.kind, gameId, ...content))
      }
      expect(await stage.statuses(id)).to.include('DEFEATED')
      await stage.until('the truth is told', async () => (await stage.assertions(id)).length === 2)
      await settled(stage, id)
      await playOut(stage)
      // What the contracts are owed, they can have; the wrapper keeps the ether, and has no use for it.
      await asking.forward(operators.encode('withdraw', stage.address(ASKER)))
      await lying.forward(operators.encode('beginUnstake', BOND))
      await lying.forward(operators.encode('completeUnstake'))
      await lying.forward(operators.encode('withdraw', stage.address(LIAR)))
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER] })
      expect(gains.get(stage.address(LIAR))).to.equal(-BOND)
      expect(gains.get(stage.address(ASKER)), 'the fee, and as much of the bond').to.equal(0n)
      expect(gains.get(stage.address(HONEST))).to.equal(FEE)
    }),
  )

  it(
    'scenario: a stranger posts an operator’s reveal through a contract while it is down: it goes on from there',
    onStage([HONEST], async (stage) => {
      const [input, arena] = [digit(1), await stage.arena()]
      const honest = stage.operator(HONEST)
      const id = await stage.ask(ASKER, input)
      await stage.until('it is answered', async () => (await stage.assertions(id)).length === 1)
      await honest.kill()
      const answer = await trueAnswer(stage, arena, id, HONEST, input)
      const gameId = await openSham(arena, SHAM, answer)
      const bond: bigint = (await arena.game(0).getFunction('game')(gameId)).bond
      const { forward } = await wrapperOf(stage, STRANGER)
      const move = defend(await stateOf(arena, gameId), providerOf(answer.trace, answer.salt, arena.levels))
      if (move.kind !== 'reveal') throw new Error('a game begins with a reveal')
      await forward(stage.contracts.game.encode('reveal', gameId, move.nodes))
      expect((await stateOf(arena, gameId)).turn).to.equal('CHALLENGER')
      honest.start()
      await stage.until('it is back', () => honest.said('started').length === 2)
      await stage.pass(3601)
      await stage.until('the sham is over', async () => (await stateOf(arena, gameId)).status === STATUS.DEFENDER_WINS)
      await settled(stage, id)
      await playOut(stage)
      const spent = { [ASKER]: FEE }
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, STRANGER], spent })
      expect(gains.get(stage.address(HONEST))).to.equal(FEE + bond)
      expect(await stage.deeds(HONEST)).to.deep.equal(['assertResult', 'timeout', 'settle'])
    }),
  )
})
