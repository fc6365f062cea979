import { before, describe, it } from 'node:test'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { Random } from '@opine/models/ir/random.ts'
import { expect } from 'chai'
import { ETHER, TERMS } from '../support/arena.ts'
import { STATUS } from '../support/player.ts'
import { assault } from './assault.ts'
import { FastChain } from './chain.ts'
import { forgeEvidence } from './forgeries.ts'
import { GAME, ORACLE } from './game.ts'
import { ACCOMPLICE, ATTACKER, CONSUMER, HONEST, type Refusals, Siege, STRANGER } from './siege.ts'
import { type Subject, subjectOf } from './subject.ts'

/** Wei of the consumer's delay price, which a lost challenge pays it. */
const DELAY = ETHER / 50n

/** Parts of a witness of which each is falsified in the course of a campaign. */
const FIELDS = [
  ...['descriptor', 'proof.meta', 'proof.body', 'proof.siblings[]', 'operands[].buffer', 'operands[].proof.meta', 'operands[].proof.body'],
  ...['operands[].root', 'operands[].place[]', 'operands[].indices[]', 'operands[].words[]', 'operands[].siblings[]'],
]

/**
 * Honest answers of a model, each attacked by a challenger that forges, replays, meddles and steps true lanes; none falls, and its asserter is paid.
 * An answer that falls is named with its seed; `SEED=n` attacks answer `n` alone.
 */
export function honestCampaign(model: string, count: number): void {
  const only = process.env.SEED
  const seeds = only === undefined ? Array.from({ length: Number(process.env.LIES ?? count) }, (_, seed) => seed) : [Number(only)]

  describe(`honest answers of ${model} under attack on the real contracts`, () => {
    let chain: FastChain
    let subject: Subject
    before(async () => {
      subject = subjectOf(model)
      chain = await FastChain.create(subject.program)
      await chain.arena.stake(HONEST, 10n * ETHER)
    })

    it(`stand, ${seeds.length} of them, and settle`, async (test) => {
      const refusals: Refusals = new Map()
      for (const seed of seeds) {
        try {
          await chain.undone(() => besiege(chain, subject, seed, refusals))
        } catch (cause) {
          throw new Error(`seed ${seed}; alone: SEED=${seed} node --test test/tamper/honest-${model}.test.ts`, { cause })
        }
      }
      const total = [...refusals.values()].reduce((sum, times) => sum + times, 0)
      test.diagnostic(
        `${model}: ${seeds.length} honest answers stood and settled, ${2 * seeds.length} games lost by their challengers; ${total} attempts refused`,
      )
      for (const [what, times] of [...refusals].sort()) test.diagnostic(`${times} ${what}`)
      if (seeds.length < count) return
      const fields = new Set([...refusals.keys()].filter((key) => key.startsWith('witness, ')).map((key) => key.split(': ')[0]))
      for (const field of FIELDS) expect([...fields], 'every part of a witness was falsified').to.include(`witness, ${field}`)
    })
  })
}

async function besiege(chain: FastChain, { truths }: Subject, seed: number, refusals: Refusals): Promise<void> {
  const random = new Random(seed)
  const truth = truths[seed % truths.length]!
  const siege = await Siege.lay(chain, truth, random, refusals, { delayPrice: DELAY })
  // A root of its own making, or the asserter's, copied.
  const root = random.chance(0.3) ? Uint8Array.from(rootOf(siege.own.traceTree())) : random.bytes(32)
  await forgeEvidence(siege)
  const games = [await siege.open(ATTACKER, root), await siege.open(ACCOMPLICE, random.bytes(32))] as const
  const open = (own: Uint8Array): string => GAME.encodeFunctionData('open', [siege.assertion.id, own])
  await siege.refused('a game twice', ATTACKER, siege.game, open(root), ['DisputeGame_AlreadyOpen'], ETHER)
  await siege.refused('a game for no bond', ATTACKER, siege.game, open(random.bytes(32)), ['DisputeGame_BondTooLow'])
  await assault(siege, ...games)

  const before = await chain.arena.payout(HONEST)
  for (const gameId of games) await answer(siege, gameId)
  await chain.later(TERMS.clock + TERMS.extension)
  let lost = 0n
  for (const [i, gameId] of games.entries()) {
    const bond = BigInt((await chain.arena.game(0).getFunction('game')(gameId)).bond)
    await siege.move(STRANGER, 'timeout', [gameId])
    expect((await siege.state(gameId)).status).to.equal(STATUS.DEFENDER_WINS)
    expect(await chain.arena.payout([ATTACKER, ACCOMPLICE][i]!), 'an attacker has nothing back').to.equal(0n)
    lost += bond
  }
  expect((await chain.arena.payout(HONEST)) - before, 'the lost bonds are the asserter’s').to.equal(lost - 2n * DELAY)
  expect(await chain.arena.payout(CONSUMER), 'the delay price is the consumer’s').to.equal(2n * DELAY)
  await settle(siege)
}

/** The asserter posts what a game waits for, so that the challenger's clock runs. */
async function answer(siege: Siege, gameId: string): Promise<void> {
  const state = await siege.state(gameId)
  if (state.turn !== 'ASSERTER') return
  const move = defend(state, siege.own)
  if (move.kind === 'reveal') await siege.move(HONEST, 'reveal', [gameId, move.nodes])
  else await siege.move(HONEST, move.kind, [gameId, move.kind === 'swearInterior' ? move.roots : move.totals, '0x'])
}

/** The answer is final, its fee is paid, its bond is free, and nobody has a reward. */
async function settle(siege: Siege): Promise<void> {
  const { arena } = siege.chain
  await siege.chain.later(86_400)
  const before = await arena.payout(HONEST)
  const call = (name: string, ...args: unknown[]) =>
    siege.chain.send(STRANGER, arena.deployment.oracle, ORACLE.encodeFunctionData(name, args))
  await call('settle', siege.asked.requestId, siege.assertion.output)
  await call('release', siege.elsewhere.requestId, 0)
  expect(await arena.oracle(0).getFunction('isFinal')(siege.assertion.id)).to.equal(true)
  const fee = BigInt((await arena.oracle(0).getFunction('request')(siege.asked.requestId)).terms.fee)
  expect((await arena.payout(HONEST)) - before, 'the fee').to.equal(fee)
  const { total, locked } = await arena.operators(0).getFunction('stakeOf')(arena.addresses[HONEST])
  expect([total, locked], 'the stake').to.deep.equal([10n * ETHER, 0n])
  expect(await arena.claims(0).getFunction('rewardOf')(siege.assertion.id), 'a reward').to.equal(0n)
}
