import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'
import { JsonRpcProvider, type TransactionResponse } from 'ethers'
import hre from 'hardhat'
import { Arena, type Asserted, ETHER, revertName, TERMS } from '../support/arena.ts'
import { type Daemon, devKey, startDaemon, temporaryFolder, until } from '../support/daemon.ts'
import { liesAt, type ToldLie } from '../support/many-lies.ts'
import { STATUS, sendDefence, stateOf } from '../support/player.ts'

const MODEL = join(import.meta.dirname, '../../models/zoo/digits/digits.onnx')
const [CONSUMER, LIAR, HONEST, CHALLENGER, MIRROR] = [1, 2, 3, 4, 5] as const
/** `OPINE_ALL=1` takes as many as the daemons were accepted with. */
const PLACES = process.env.OPINE_ALL ? 50 : 20
const MIRRORED = 8
/** Hours on every clock: a hundred games share one chain, whose time grows by a second a block. */
const PATIENT = { ...TERMS, clock: 200_000, extension: 50_000, claimWindow: 500_000 }

type Fight = {
  lie: ToldLie
  requestId: string
  lying: Asserted
  honest: Asserted
  mirror?: { gameId: string; root: Uint8Array; copied: number }
}

describe('a challenger process that has an RPC and the model, and nothing else', () => {
  const folder = temporaryFolder()
  let arena: Arena
  let challenger: Daemon
  let close: () => Promise<void>
  const fights: Fight[] = []

  before(async () => {
    const server = await hre.network.createServer('default', '127.0.0.1', 0)
    const { port } = await server.listen()
    close = () => server.close()
    const { program } = compile(readFileSync(MODEL))
    const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, undefined, {
      cacheTimeout: -1,
      pollingInterval: 20,
      staticNetwork: true,
    })
    arena = await Arena.create(program, PATIENT, provider)
    for (const who of [LIAR, HONEST]) await arena.stake(who, 2n * BigInt(PLACES) * ETHER)
    writeFileSync(join(folder.path, 'deployment.json'), JSON.stringify(arena.deployment))
    const flags = ['--rpc', `ws://127.0.0.1:${port}`, '--deployment', join(folder.path, 'deployment.json'), '--model', MODEL]
    challenger = startDaemon(
      ['challenger', 'run', ...flags, '--data', join(folder.path, 'challenger'), '--poll', '100', '--log', 'json'],
      devKey(CHALLENGER),
    )
  })

  after(async () => {
    await challenger?.stop()
    arena?.provider.destroy()
    await close?.()
    folder.done()
  })

  const explain = () => `the challenger said last\n${challenger.said()}`
  const count = async (contract: 'game' | 'claims', event: string) =>
    (await arena[contract](0).queryFilter(arena[contract](0).filters[event]!())).length

  it(`defeats lies at ${PLACES} random places, each in two forms`, async (test) => {
    const truths = new Map<number, Trace>()
    for (let place = 0; place < PLACES; place++) {
      const digit = place % SAMPLES.length
      const input = new Uint8Array(toInput(SAMPLES[digit]!.pixels).buffer)
      const truth = truths.get(digit) ?? arena.truth(input)
      truths.set(digit, truth)
      for (const lie of liesAt(truth, place)) {
        const asked = await arena.ask(CONSUMER, input, { liveness: 1_000_000 })
        const lying = await arena.assert(LIAR, asked, lie.trace)
        const honest = await arena.assert(HONEST, asked, truth)
        const fight: Fight = { lie, requestId: asked.requestId, lying, honest }
        if (fights.length < MIRRORED) {
          const root = new Uint8Array(32).fill(fights.length + 1)
          fight.mirror = { gameId: await arena.open(MIRROR, lying, root), root, copied: 0 }
        }
        fights.push(fight)
        await defendAll()
      }
    }
    await until(async () => !(await defendAll()), 420, explain, challenger)
    const killed = await arena.game(0).queryFilter(arena.game(0).filters.GameResolved!())
    const won = killed
      .map((event) => (event as unknown as { args: { gameId: string; assertionId: string; status: bigint } }).args)
      .filter(({ status }) => Number(status) === STATUS.CHALLENGER_WINS)
    expect(won).to.have.length(2 * PLACES)
    for (const { lying, honest, lie } of fights) {
      const { gameId } = won.find(({ assertionId }) => assertionId === lying.id)!
      const { challenger: who, order } = await arena.game(0).getFunction('game')(gameId)
      expect(order).to.equal((await arena.game(0).getFunction('killOf')(lying.id)).order)
      expect(who, lie.name).to.equal(arena.addresses[CHALLENGER])
      expect((await arena.oracle(0).getFunction('assertion')(honest.id)).openGames, 'honest answers are left alone').to.equal(0n)
    }
    test.diagnostic(
      `${fights.length} lies, ${await count('game', 'StepProved')} by a step, ${await count('game', 'PaddingProved')} by padding`,
    )
  })

  it('is paid for each, and a mirror of its moves with a random root for none', async () => {
    await arena.pass(1_000_001)
    // A block now and then lets a seed's block come; many would let the seeds grow old before a slow machine has used them.
    const proved = async (): Promise<boolean> => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      await arena.provider.send('evm_mine', [])
      return (await count('claims', 'ClaimProved')) === fights.length
    }
    await until(proved, 420, explain, challenger)
    const copied = fights.reduce((sum, { mirror }) => sum + (mirror?.copied ?? 0), 0)
    expect(copied, 'moves that the mirror copied').to.be.greaterThan(MIRRORED)
    for (const { mirror, requestId } of fights) {
      if (!mirror) continue
      const claims = arena.claims(MIRROR)
      await arena.send(claims.getFunction('startClaim')(mirror.gameId))
      for (let i = 0; i < 3; i++) await arena.provider.send('evm_mine', [])
      const leaves = await leavesOfChallenger(requestId, mirror.gameId)
      expect(await revertName(claims.getFunction('proveClaim').staticCall(mirror.gameId, mirror.root, leaves))).to.equal(
        'RewardClaims_LeafDiffers',
      )
    }
    await arena.pass(PATIENT.claimWindow + 1)
    await until(async () => (await count('claims', 'RewardPaid')) === fights.length, 120, explain, challenger)
    const paid = await arena.claims(0).queryFilter(arena.claims(0).filters.RewardPaid!())
    for (const event of paid) {
      const { challenger: to, amount } = (event as unknown as { args: { challenger: string; amount: bigint } }).args
      expect(to).to.equal(arena.addresses[CHALLENGER])
      expect(amount >= ETHER / 10n && amount <= ETHER / 5n, String(amount)).to.equal(true)
    }
    expect(await arena.payout(MIRROR)).to.equal(0n)
    expect((await arena.operators(0).getFunction('stakeOf')(arena.addresses[LIAR])).total).to.equal(0n)
    expect((await arena.operators(0).getFunction('stakeOf')(arena.addresses[HONEST])).total).to.equal(2n * BigInt(PLACES) * ETHER)
  })

  /** The leaves that would be right under the challenger's salt: all that a mirror could copy from it. */
  async function leavesOfChallenger(requestId: string, gameId: string) {
    const drawn: bigint[] = await arena.claims(0).getFunction('drawnKernels')(gameId)
    const { honest } = fights.find((fight) => fight.requestId === requestId)!
    const mine = providerOf(honest.trace, arena.salt(requestId, CHALLENGER)).traceTree()
    const settled = providerOf(honest.trace, honest.salt).traceTree()
    return drawn
      .map(Number)
      .map((kernel) => ({ tensorRoot: rootOf(honest.trace.trees[kernel]!), mine: branch(mine, kernel), settled: branch(settled, kernel) }))
  }

  /** One round of the liar's defence, and of the mirror's copying; whether any lie still stands. */
  async function defendAll(): Promise<boolean> {
    const opened = await arena.game(0).queryFilter(arena.game(0).filters.GameOpened!())
    const games = opened.map((event) => (event as unknown as { args: { gameId: string; assertionId: string; challenger: string } }).args)
    let standing = false
    for (const fight of fights) {
      if (Number((await arena.oracle(0).getFunction('assertion')(fight.lying.id)).status) !== 1) continue
      standing = true
      const mine = games.filter(({ assertionId }) => assertionId === fight.lying.id)
      for (const { gameId, challenger: who } of mine) {
        // The mirror first: the next reveal may be all that the challenger needs to end it.
        if (fight.mirror && who === arena.addresses[CHALLENGER]) await copyMoves(fight.mirror, gameId)
        const state = await stateOf(arena, gameId)
        if (state.turn === 'ASSERTER' && state.status === STATUS.IN_PROGRESS) {
          await sendDefence(arena, LIAR, gameId, defend(state, providerOf(fight.lying.trace, fight.lying.salt)))
        }
      }
    }
    return standing
  }

  const movesOf = new Map<string, TransactionResponse[]>()
  let scanned = 0

  /** Sends the challenger's moves again, under the mirror's own game. */
  async function copyMoves(mirror: { gameId: string; copied: number }, gameId: string): Promise<void> {
    const latest = await arena.provider.getBlockNumber()
    for (; scanned < latest; scanned++) {
      const block = await arena.provider.getBlock(scanned + 1, true)
      for (const sent of block!.prefetchedTransactions) {
        if (sent.from !== arena.addresses[CHALLENGER] || sent.to !== arena.deployment.game) continue
        const key = `0x${sent.data.slice(10, 74)}`
        movesOf.set(key, [...(movesOf.get(key) ?? []), sent])
      }
    }
    for (const sent of (movesOf.get(gameId) ?? []).slice(mirror.copied)) {
      const data = sent.data.slice(0, 10) + mirror.gameId.slice(2) + sent.data.slice(74)
      try {
        await (await arena.signers[MIRROR]!.sendTransaction({ to: arena.deployment.game, data })).wait()
      } catch {
        return // not the mirror's turn yet, or the lie has fallen
      }
      mirror.copied++
    }
  }
})
