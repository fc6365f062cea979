import { after, before, describe, it } from 'node:test'
import { type Served, servedFrom } from '@opine/dispute-game/game/served.ts'
import { fromHex, type Hex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { outputBytes, splitInputs, traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { gameIdOf } from '@opine/node-kit/ids.ts'
import { Oaths } from '@opine/node-kit/oaths.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { answersFrom, FalseServer, type Script } from '../support/false-server.ts'
import { account, until } from '../support/local-chain.ts'
import { freePort } from '../support/middleman.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'
import { TraceClient } from '../support/trace-client.ts'

const [CONSUMER, HONEST, LIAR, CHALLENGER, COPIER] = [1, 2, 3, 4, 5] as const
const LIE = '3:4:downstream:0x800000'
const WORD = `0x${'ab'.repeat(32)}` as const

describe('what is served', () => {
  let theatre: Theatre
  let image = 0
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, LIAR, COPIER]) await theatre.stake(who, 30n * ETHER)
  })
  after(() => theatre.close())

  const saltFor = (requestId: Hex, who: number): Uint8Array => {
    const { chainId, oracle } = theatre.deployment
    return saltOf({ chainId: BigInt(chainId), oracle, requestId, account: account(who).address })
  }
  const truthOf = (input: Uint8Array): Trace => {
    const { program } = theatre.model
    return buildTrace(program, splitInputs(program, input), execute)
  }
  async function asserted(requestId: Hex) {
    await until('it was answered', async () => (await theatre.assertions(requestId)).length === 1)
    return (await theatre.assertions(requestId))[0]!
  }

  it('threat: served trace copied', async () => {
    const serve = { host: '127.0.0.1', port: await freePort() }
    const url = `ws://127.0.0.1:${serve.port}`
    let honest = await theatre.oracleNode(HONEST, { serve })
    const input = sampleImage(++image)
    const requestId = await theatre.ask(CONSUMER, input)
    const { id, traceRoot, asserter } = await asserted(requestId)
    const { game, oracle } = theatre.contracts
    await theatre.prepare(COPIER, id)
    const [bond] = (await game.read('challengerBond', id)) as unknown as [bigint]
    await theatre.transact(COPIER, game.encode('open', id, WORD), 2n * bond)
    const gameId = gameIdOf(id, account(COPIER).address, WORD)
    await until('the game was seen', () => honest.said('gameSeen').length === 1)
    const { places } = theatre.model.program
    const committed = places.flatMap((place, kernel) => (place.committed ? [kernel] : []))
    /** Kernels of whose tensors something is handed out, whatever is tried. */
    const loot = async (): Promise<number[]> => {
      const client = await TraceClient.open(url)
      expect(await client.hello(account(COPIER), gameId, theatre.deployment)).to.equal('ready')
      const got: number[] = []
      for (let kernel = 0; kernel < places.length; kernel++) {
        await client.outcome({ kind: 'interior', kernel })
        if ((await client.outcome({ kind: 'tensorNodes', kernel, position: 1 })) === 'nodes') got.push(kernel)
      }
      client.close()
      return got
    }
    const first = await loot()
    expect(first).to.have.length(1)
    expect(committed.length, 'roots that a copier needs').to.be.greaterThan(3)
    await honest.stop()
    honest = await theatre.oracleNode(HONEST, { serve })
    await until('it serves again', () => honest.said('serving').length === 1)
    expect(await loot(), 'another life of the server').to.deep.equal(first)
    // The leaves that everybody has are under the operator's salt: no assertion of the copier stands on them.
    const tree = traceTree(truthOf(input), saltFor(requestId, HONEST))
    expect(fromHex(traceRoot)).to.deep.equal(rootOf(tree))
    const proofs = theatre.model.program.outputs.map((kernel) => branch(tree, kernel))
    const copy = oracle.encode('assertResult', requestId, outputBytes(truthOf(input)), traceRoot, proofs)
    expect(await theatre.transact(COPIER, copy).then(String, (error) => error.message)).to.include('revert')
    expect(asserter).to.equal(account(HONEST).address)
    await honest.stop()
  })

  /** A lie whose operator serves nothing itself; a server of somebody else's making speaks for it, and the challenger asks that. */
  async function fight(script: (served: (change?: (told: Trace) => Trace) => Served, wrong: Served) => Script, budget = 5_000) {
    const liar = await theatre.oracleNode(LIAR, { lie: parseLie(LIE) })
    const input = sampleImage(++image)
    const requestId = await theatre.ask(CONSUMER, input)
    const { id } = await asserted(requestId)
    const truth = truthOf(input)
    const told = tellLie(truth, parseLie(LIE)).trace
    const salt = saltFor(requestId, LIAR)
    const hand = (who: number) => {
      const oaths = new Oaths(account(who), theatre.deployment)
      return {
        interior: async (first: number, roots: readonly Uint8Array[]) => fromHex(await oaths.interior(id, first, roots)),
        totals: async (kernel: number, element: number, totals: readonly number[]) =>
          fromHex(await oaths.totals(id, kernel, element, totals)),
      }
    }
    const servedBy = (who: number, change = (trace: Trace) => trace) => servedFrom(providerOf(change(told), salt), hand(who))
    const server = await FalseServer.start(
      account(LIAR).address,
      script((change) => servedBy(LIAR, change), servedBy(COPIER)),
    )
    const peers = { given: new Map([[account(LIAR).address, server.url]]) }
    const challenger = await theatre.challenger(CHALLENGER, { peers, budget })
    await until('the lie fell', async () => (await theatre.assertions(requestId))[0]!.status === 'DEFEATED')
    const about = (event: string) => challenger.said(event).filter(({ assertionId }) => assertionId === id)
    await until('its end was mined', () => about('move').some(({ kind }) => kind === 'step' || kind === 'proveTwoOaths'))
    const result = {
      moves: about('move').map(({ kind }) => kind),
      failed: about('proofFailed'),
      asked: server.questions.map(({ kind }) => kind),
    }
    for (const actor of [challenger, liar]) await actor.stop()
    await server.close()
    return result
  }
  const BISECTED = ['prepare', 'open', 'descendTrace', 'pick', 'descendTensor', 'step']

  it('threat: forged oath handed out', async () => {
    // Another account's signature: nothing is sent, and the game is won turn by turn.
    const forged = await fight((_, wrong) => answersFrom(wrong))
    expect(forged.asked).to.include.members(['hello', 'traceNodes', 'interior', 'tensorNodes'])
    expect(forged.failed).to.have.length(1)
    expect(forged.failed[0]).to.include({ code: 'MOVE_REFUSED', revert: 'DisputeGame_NotAsserter' })
    expect(forged.moves).to.deep.equal(BISECTED)
    // The asserter's own signature, on another interior than it swears on chain: that alone ends the game.
    const perjured = await fight((served) => {
      const script = answersFrom(
        served((told) => ({ ...told, trees: told.trees.with(3, tensorTree(told.buffers[3]!.map((byte) => byte ^ 1))) })),
      )
      return async (question) => (question.kind === 'tensorNodes' ? { kind: 'refused', code: 'NO', message: '' } : script(question))
    })
    expect(perjured.failed[0]).to.include({ code: 'PEER_REFUSED' })
    expect(perjured.moves).to.deep.equal(['prepare', 'open', 'descendTrace', 'proveTwoOaths'])
  })

  it('threat: hostile trace server', async () => {
    const garbage = await fight(() => async () => '}{')
    expect(garbage.failed[0]).to.include({ code: 'PEER_MISBEHAVED' })
    const silent = await fight(() => async () => undefined, 300)
    expect(silent.failed[0]).to.include({ code: 'PEER_LATE' })
    const foreign = await fight((served) => {
      const script = answersFrom(served())
      return async (question) => {
        const answer = await script(question)
        return question.kind === 'tensorNodes' ? { kind: 'nodes', nodes: (answer as { nodes: string[] }).nodes.map(() => WORD) } : answer
      }
    })
    expect(foreign.failed[0]).to.include({ code: 'NOT_SERVED' })
    for (const { moves, failed } of [garbage, silent, foreign]) {
      expect(failed).to.have.length(1)
      expect(moves).to.deep.equal(BISECTED)
    }
  })
})
