import { before, describe, it } from 'node:test'
import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { Wrapper } from '@opine/abi/generated/Wrapper.ts'
import { attack } from '@opine/dispute-game/game/attack.ts'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { type Contract, ContractFactory, getBytes, Interface } from 'ethers'
import { type Arena, ETHER } from '../support/arena.ts'
import { attackCall, postedOf, STATUS, stateOf } from '../support/player.ts'
import { CHALLENGER, CONSUMER, LIAR, LIES, smallArena } from './duel.ts'

const [GAME, ORACLE, VAULT] = [DisputeGame, InferenceOracle, OperatorRegistry].map(({ abi }) => new Interface(abi)) as [
  Interface,
  Interface,
  Interface,
]

describe('an asserter that is a contract', () => {
  let arena: Arena
  let wrapper: Contract
  before(async () => {
    arena = await smallArena()
    const made = await new ContractFactory(Wrapper.abi as never, Wrapper.bytecode, arena.signers[LIAR]!).deploy()
    await made.waitForDeployment()
    wrapper = made as Contract
    await forward(arena.deployment.operators, VAULT.encodeFunctionData('stake'), 100n * ETHER)
  })

  const forward = (to: string, data: string, value = 0n) =>
    arena.send(
      wrapper.getFunction('forward')(
        to,
        getBytes(data).map((byte) => byte ^ 0xff),
        { value },
      ),
    )

  it('threat: reveals through a wrapper contract', async () => {
    const { chainId, oracle, game } = arena.deployment
    for (const [seed, text] of LIES.entries()) {
      const asked = await arena.ask(CONSUMER, sampleImage(seed))
      const truth = arena.truth(asked.input)
      const { requestId } = asked
      const salt = saltOf({ chainId: BigInt(chainId), oracle, requestId, account: String(wrapper.target) })
      const { trace } = tellLie(truth, parseLie(text))
      const tree = traceTree(trace, salt)
      const proofs = arena.program.outputs.map((kernel) => branch(tree, kernel))
      const receipt = await forward(
        oracle,
        ORACLE.encodeFunctionData('assertResult', [requestId, outputBytes(trace), rootOf(tree), proofs]),
      )
      const [made] = arena.events(receipt, arena.oracle(0), 'AssertionMade')
      expect(made!.asserter).to.equal(wrapper.target)
      const lying = { id: made!.assertionId, output: outputBytes(trace), salt, trace }
      const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, requestId, truth))
      const [liar, own] = [providerOf(trace, salt, arena.levels), providerOf(truth, salt, arena.levels)]
      for (let turn = 0; turn < 60; turn++) {
        const state = await stateOf(arena, gameId)
        if (state.status !== STATUS.IN_PROGRESS) break
        if (state.turn === 'ASSERTER') {
          const move = defend(state, liar)
          const content = move.kind === 'reveal' ? [move.nodes] : [move.kind === 'swearInterior' ? move.roots : move.totals, '0x']
          // Nothing of this is to be read off the transaction: not its target, not its arguments.
          await forward(game, GAME.encodeFunctionData(move.kind, [gameId, ...content]))
          continue
        }
        // The challenger goes by events alone.
        const move = attack(state, own, await postedOf(arena, gameId, lying.id))
        const { name, args } = await attackCall(arena, gameId, lying.id, truth, own, move)
        await arena.send(arena.game(CHALLENGER).getFunction(name)(...args))
      }
      expect((await stateOf(arena, gameId)).status, text).to.equal(STATUS.CHALLENGER_WINS)
    }
  })
})
