import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import { ETHER, TERMS } from '../support/arena.ts'
import { startDaemon, temporaryFolder } from '../support/daemon.ts'
import { type Ran, ran } from '../support/in-process.ts'
import { account, accountKey, until } from '../support/local-chain.ts'
import { sampleFile, sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const [CONSUMER, HONEST, LIAR, CHALLENGER, STRANGER] = [1, 2, 3, 4, 5] as const
const LIE = '3:4:downstream:0x800000'
const SHORT = 14

type Move = { readonly move: { readonly kind: string } | null; readonly reason?: string; readonly sent: { readonly hash: string } | null }

describe('the commands for an operator in trouble', () => {
  const folder = temporaryFolder()
  const [deployment, model] = [join(folder.path, 'deployment.json'), join(folder.path, 'sample.opine')]
  let theatre: Theatre
  let requestId: Hex
  let assertionId: Hex
  let gameId: Hex

  before(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, LIAR]) await theatre.stake(who, 10n * ETHER)
    writeDeployment(deployment, theatre.deployment)
    writeFileSync(model, sampleFile())
    for (const who of [HONEST, LIAR, CHALLENGER, STRANGER]) {
      mkdirSync(join(folder.path, String(who)))
      writeFileSync(join(folder.path, String(who), 'key'), accountKey(who))
    }
    requestId = await theatre.ask(CONSUMER, sampleImage(2))
    const liar = await theatre.oracleNode(LIAR, { lie: parseLie(LIE) })
    await until('it lied', async () => (await theatre.assertions(requestId)).length === 1)
    await liar.stop()
    assertionId = (await theatre.assertions(requestId))[0]!.id
    // What the daemon of the liar would have in this folder.
    const store = Store.open(join(folder.path, String(LIAR), 'oracle-node.sqlite'))
    store.put('own', requestId, { assertionId, lie: LIE })
    store.close()
  })
  after(async () => {
    await theatre.close()
    folder.done()
  })

  const place = (): string[] => ['--rpc', theatre.local.url, '--deployment', deployment]
  const look = (daemon: string, ...args: string[]): Promise<Ran> => ran([daemon, ...args, ...place()])
  const as = (who: number, daemon: string, ...args: string[]): Promise<Ran> => {
    const home = join(folder.path, String(who))
    return look(daemon, ...args, '--key-file', join(home, 'key'), '--data', home)
  }
  const json = async <T>(outcome: Promise<Ran>): Promise<T> => {
    const { code, stdout, stderr } = await outcome
    expect(code, stderr).to.equal(0)
    return JSON.parse(stdout) as T
  }
  const plays = (who: number, daemon: string, id: Hex): Promise<Move> =>
    json(as(who, daemon, 'move', id.slice(0, SHORT), '--model', model, '--send', '--json'))
  const error = async (outcome: Promise<Ran>): Promise<string> => {
    const { code, stdout, stderr } = await outcome
    expect(code).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr).to.match(/^error [A-Z_]+: [^\n]+\n$/)
    return stderr
  }

  it('list and show say which assertion is false, and run-trace says where', async () => {
    const plain = await look('challenger', 'list')
    expect(plain.stdout).to.match(new RegExp(`${assertionId.slice(0, SHORT)} .*STANDING +\\? +`))
    const judged = await look('challenger', 'list', '--model', model)
    expect(judged.stdout).to.match(new RegExp(`${assertionId.slice(0, SHORT)} .*STANDING +FALSE +`))
    expect((await look('challenger', 'list', '--account', account(STRANGER).address)).stdout).to.contain('assertions: none')
    const shown = await json<{ kind: string; verdict: string; output: string }>(
      look('oracle-node', 'show', assertionId, '--model', model, '--json'),
    )
    expect(shown).to.include({ kind: 'assertion', verdict: 'FALSE' })
    const trace = await look('challenger', 'run-trace', requestId, '--model', model, '--account', account(HONEST).address)
    expect(trace.stdout).to.match(/verdict {3}FALSE: output 0 \(kernel 4\), element \d+ is 0x[0-9a-f]{8}, truly 0x[0-9a-f]{8}/)
    const honest = await json<{ root: string; assertions: { agrees: boolean }[] }>(
      look('oracle-node', 'run-trace', requestId, '--model', model, '--account', account(HONEST).address, '--json'),
    )
    expect(trace.stdout).to.contain(honest.root)
    expect(honest.assertions.map(({ agrees }) => agrees)).to.deep.equal([false])
  })

  it('move alone shows what it would send, and sends nothing', async () => {
    const { stdout, code } = await as(CHALLENGER, 'challenger', 'move', assertionId, '--model', model)
    expect(code).to.equal(0)
    expect(stdout).to.match(/^kind +prepare$/m)
    expect(stdout).to.contain('not sent: this is what --send would do')
    expect(await theatre.local.provider.getTransactionCount(account(CHALLENGER).address)).to.equal(0)
  })

  it('a whole game is played by move --send on both sides, and ended by step', async () => {
    expect((await plays(CHALLENGER, 'challenger', assertionId)).move!.kind).to.equal('prepare')
    const open = await plays(CHALLENGER, 'challenger', assertionId)
    expect(open.move!.kind).to.equal('open')
    gameId = (open.move as { gameId?: Hex }).gameId!
    const waiting = await as(CHALLENGER, 'challenger', 'move', gameId, '--model', model)
    expect(waiting.stdout).to.match(/^it is the asserter's turn; it has .* left$/m)
    expect(await error(as(STRANGER, 'challenger', 'step', gameId, '--model', model))).to.contain('NOT_YOUR_GAME')

    const kinds: string[] = []
    for (;;) {
      const game = await json<{ turn: string; view: { phase: string }; posted: object | null }>(
        look('challenger', 'show', gameId, '--json'),
      )
      if (game.view.phase === 'LANE' && game.turn === 'CHALLENGER') break
      if (kinds.length === 1) {
        const early = await error(as(CHALLENGER, 'challenger', 'step', gameId, '--model', model, '--send'))
        expect(early).to.match(/^error (NOT_AT_STEP): the game is in phase/)
      }
      const [who, daemon] = game.turn === 'ASSERTER' ? ([LIAR, 'oracle-node'] as const) : ([CHALLENGER, 'challenger'] as const)
      kinds.push((await plays(who, daemon, gameId)).move!.kind)
      expect(kinds.length).to.be.below(20)
    }
    expect(kinds).to.deep.equal(['reveal', 'descendTrace', 'swearInterior', 'pick', 'reveal', 'descendTensor', 'swearTotals'])
    const lane = await look('challenger', 'show', gameId, '--model', model)
    expect(lane.stdout).to.match(/^kernel +3 {2}matrix product over .* -> f32 \[10\]$/m)
    expect(lane.stdout).to.match(/^element +4$/m)
    const step = await as(CHALLENGER, 'challenger', 'step', gameId, '--model', model)
    expect(step.stdout).to.match(/^kind +step$/m)
    const [, claimed, computed] = /^claimed +(0x[0-9a-f]{8}), by the asserter\ncomputed +(0x[0-9a-f]{8}), by the verifier$/m.exec(
      step.stdout,
    )!
    expect(Number(claimed) ^ Number(computed), 'the bit in which it lies').to.equal(0x800000)
    const proved = await json<Move>(as(CHALLENGER, 'challenger', 'step', gameId, '--model', model, '--send', '--json'))
    expect(proved.sent!.hash).to.match(/^0x[0-9a-f]{64}$/)
    expect((await theatre.assertion(assertionId)).status).to.equal('DEFEATED')
    expect((await as(CHALLENGER, 'challenger', 'move', gameId, '--model', model, '--send')).stdout).to.contain(
      'the game is over: CHALLENGER_WINS',
    )
  })

  it('a daemon started on the same folder does none of it again, and sending beside it is refused', async () => {
    const home = join(folder.path, String(CHALLENGER))
    const args = ['challenger', 'run', ...place(), '--model', model, '--data', home, '--key-file', join(home, 'key'), '--log', 'json']
    const before = await theatre.local.provider.getTransactionCount(account(CHALLENGER).address)
    const daemon = startDaemon([...args, '--poll', '100'], accountKey(CHALLENGER))
    try {
      await until('it runs', () => daemon.said().includes('"assertionSeen"'))
      expect(await error(as(CHALLENGER, 'challenger', 'claim', gameId, '--model', model, '--send'))).to.contain('DAEMON_RUNNING')
      const status = await json<Record<string, unknown>>(as(CHALLENGER, 'challenger', 'status', '--json'))
      expect(status).to.include({ daemon: 'running', account: account(CHALLENGER).address, pending: 0, openGames: 0 })
      expect((await look('challenger', 'list', '--all')).stdout).to.contain('CHALLENGER_WINS')
      expect(daemon.said()).to.not.contain('"event":"move"')
      expect(await theatre.local.provider.getTransactionCount(account(CHALLENGER).address)).to.equal(before)
    } finally {
      await daemon.stop()
    }
  })

  it('the request is answered, settled, and the reward claimed and withdrawn by hand', async () => {
    const asserted = await plays(HONEST, 'oracle-node', requestId)
    expect(asserted.move!.kind).to.equal('assert')
    expect(await error(as(HONEST, 'oracle-node', 'settle', assertionId, '--model', model))).to.contain('ID_UNKNOWN')
    const early = await as(HONEST, 'oracle-node', 'settle', requestId, '--model', model, '--send')
    expect(early.stdout).to.contain('nothing is to be done for this request now')
    await theatre.local.pass(3601)
    const settled = await json<Move>(as(HONEST, 'oracle-node', 'settle', requestId, '--model', model, '--send', '--json'))
    expect(settled.move!.kind).to.equal('settle')
    const claims = async (): Promise<Move> => json(as(CHALLENGER, 'challenger', 'claim', gameId, '--model', model, '--send', '--json'))
    expect((await claims()).move!.kind).to.equal('startClaim')
    await theatre.local.mine(3)
    expect((await claims()).move!.kind).to.equal('proveClaim')
    expect((await claims()).reason).to.contain('nothing is to be done yet')
    await theatre.local.pass(TERMS.claimWindow + 1)
    expect((await claims()).move!.kind).to.equal('payClaim')
    expect((await claims()).reason).to.contain('paid already')
    for (const [who, daemon] of [
      [CHALLENGER, 'challenger'],
      [HONEST, 'oracle-node'],
    ] as const) {
      expect(await theatre.payout(who)).to.not.equal(0n)
      const withdrawn = await json<Move>(as(who, daemon, 'withdraw', '--send', '--json'))
      expect(withdrawn.move!.kind).to.equal('withdraw')
      expect(await theatre.payout(who)).to.equal(0n)
      expect((await as(who, daemon, 'withdraw', '--send')).stdout).to.equal('no payout is ready\n')
    }
    const status = await as(HONEST, 'oracle-node', 'status')
    expect(status.stdout).to.match(/^stake +10 ETH, of that locked 0 ETH$/m)
    expect(status.stdout).to.match(/^daemon +stopped, \d+ blocks behind$/m)
  })

  it('bad input is one typed line with the next step', async () => {
    expect(await error(look('challenger', 'show', 'game7'))).to.match(/^error ID_MALFORMED: "game7" is no id/)
    expect(await error(look('challenger', 'show', '0xdeadbeef'))).to.match(/^error ID_UNKNOWN: .*list --all/)
    expect(await error(look('challenger', 'run-trace', requestId))).to.match(/^error MODEL_NOT_GIVEN: .*--model/)
    expect(await error(look('challenger', 'list', '--account', 'me'))).to.match(/^error ACCOUNT_INVALID/)
    expect(await error(as(CHALLENGER, 'challenger', 'move', gameId, '--model', model, '--wait', 'long'))).to.match(/^error WAIT_INVALID/)
    expect(await error(as(CHALLENGER, 'oracle-node', 'move', gameId, '--model', model))).to.match(/^error NOT_YOUR_GAME/)
  })
})
