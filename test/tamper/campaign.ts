import { before, describe, it } from 'node:test'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { falseTransitions } from '@opine/models/trace/false-transitions.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { FastChain } from './chain.ts'
import { CHALLENGER, LIAR, LyingGame, type Outcome, SENT } from './game.ts'
import { KINDS, kindsOf, lieAt, type ToldLie } from './lies.ts'
import { type Subject, subjectOf } from './subject.ts'
import { FORMS, type Scene } from './told.ts'

const [CONSUMER, COLLEAGUE] = [1, 4] as const
const LIVENESS = 30 * 86_400

export type CampaignPlan = { readonly model: string; readonly stranger: string; readonly lies: number; readonly counted: number }
type Played = { readonly lie: ToldLie; readonly outcome: Outcome }
export type Stage = { readonly requestId: string; readonly scene: Scene; readonly ownRoot: Uint8Array }

/**
 * Random lies anywhere in a model's trace, each in its two forms, all to fall on the real contracts to the challenger's one strategy.
 * A lie that does not is named with its seed; `SEED=n` plays lie `n` alone, `LIES=n` plays so many.
 * @property plan.counted  every so many lies it is counted that a lie about a value is exactly one false transition
 */
export function campaign(plan: CampaignPlan): void {
  const only = process.env.SEED
  const count = Number(process.env.LIES ?? plan.lies)
  const seeds = only === undefined ? Array.from({ length: count }, (_, seed) => seed) : [Number(only)]

  describe(`random lies about ${plan.model} on the real contracts`, () => {
    let chain: FastChain
    let subject: Subject
    let stages: Stage[]
    before(async () => {
      subject = subjectOf(plan.model)
      chain = await FastChain.create(subject.program)
      await chain.arena.stake(LIAR, 10n * ETHER)
      const stranger = subjectOf(plan.stranger).truths[0]!
      stages = await Promise.all(subject.truths.map((truth) => stageOf(chain, truth, stranger)))
    })

    it(`fall, ${seeds.length} of them, each in two forms`, async (test) => {
      const played: Played[] = []
      let transitions = 0
      for (const seed of seeds) {
        const stage = stages[seed % stages.length]!
        for (const form of FORMS) {
          const lie = lieAt(stage.scene, seed, form)
          if (seed % plan.counted === 0 && isOneTransition(lie)) {
            expect(falseTransitions(lie.drawn.trace), `${lie.name}, seed ${seed}`).to.have.length(1)
            transitions++
          }
          played.push({ lie, outcome: await chain.undone(() => playOne(chain, stage, lie, plan.model, seed)) })
        }
      }
      expect(played.filter(({ outcome }) => outcome.won)).to.have.length(2 * seeds.length)
      if (only === undefined) expect(new Set(played.map(({ lie }) => lie.kind)).size).to.equal(kindsOf(subject.program).length)
      for (const line of reportOf(plan.model, played)) test.diagnostic(line)
      const absent = KINDS.filter((kind) => !kindsOf(subject.program).includes(kind))
      test.diagnostic(`${transitions} lies about one value counted: one false transition each`)
      test.diagnostic(`kinds that this program has no place for: ${absent.map(({ name }) => name).join('; ') || 'none'}`)
    })
  })
}

/** A kind of which the downstream form is one false transition, by its definition. */
const isOneTransition = ({ kind, form }: ToldLie): boolean =>
  form === 'downstream' && ['output', 'committed buffer', 'interior buffer', 'running totals'].includes(kind)

/** A request about a truth, and what lies about it need. */
export async function stageOf(chain: FastChain, truth: Stage['scene']['truth'], stranger: Stage['scene']['truth']): Promise<Stage> {
  const { arena } = chain
  const { requestId } = await arena.ask(CONSUMER, concatBytes(...truth.inputs), { liveness: LIVENESS })
  const salt = arena.salt(requestId, LIAR)
  const { chainId, oracle } = arena.deployment
  const account = arena.addresses[LIAR]!
  const foreign = (random: Random): readonly [string, Uint8Array] => {
    const other = toHex(random.bytes(20))
    const drawn: readonly (readonly [string, Uint8Array])[] = [
      ['of a colleague', arena.salt(requestId, COLLEAGUE)],
      ['of another asserter', saltOf({ chainId: BigInt(chainId), oracle, requestId, account: other })],
      ['of another request', arena.salt(toHex(random.bytes(32)), LIAR)],
      ['of another chain', saltOf({ chainId: BigInt(chainId + 1 + random.below(1000)), oracle, requestId, account })],
      ['of another oracle', saltOf({ chainId: BigInt(chainId), oracle: other, requestId, account })],
      ['of no one', random.bytes(32)],
    ]
    return random.pick(drawn) as [string, Uint8Array]
  }
  const scene = { truth, salt, own: providerOf(truth, salt), foreign, stranger }
  return { requestId, scene, ownRoot: rootOf(traceTree(truth, arena.salt(requestId, CHALLENGER))) }
}

async function playOne(
  chain: FastChain,
  { requestId, scene, ownRoot }: Stage,
  lie: ToldLie,
  model: string,
  seed: number,
): Promise<Outcome> {
  const game = new LyingGame(chain, scene, lie.liar)
  const what = `${lie.kind}, ${lie.form}: ${lie.name}`
  const replay = `SEED=${seed} node --test test/tamper/${model}.test.ts`
  try {
    const outcome = await game.play(requestId, ownRoot)
    if (!outcome.won) throw new Error(`the lie stands, status ${game.log.status}`)
    await lookAtVault(chain)
    return outcome
  } catch (cause) {
    throw new Error(`seed ${seed} (${what}) after ${game.moves.join(', ')}; alone: ${replay}`, { cause })
  }
}

/** The liar's bond is gone, and the challenger's has come back. */
async function lookAtVault({ arena }: FastChain): Promise<void> {
  const { total, locked } = await arena.operators(0).getFunction('stakeOf')(arena.addresses[LIAR])
  expect([total, locked], 'the stake of the liar').to.deep.equal([9n * ETHER, 0n])
  expect(await arena.payout(CHALLENGER), 'the bond of the challenger').to.equal(SENT)
}

/** Two lies of one name, root and behaviour are one. */
const nameOf = ({ name, liar }: ToldLie): string => `${toHex(rootOf(liar.provider.traceTree()))} ${name}`

function reportOf(model: string, played: readonly Played[]): string[] {
  const outcomes = played.map(({ outcome }) => outcome)
  const of = (pick: (outcome: Outcome) => number): string => {
    const sorted = outcomes.map(pick).sort((a, b) => a - b)
    return `median ${sorted[sorted.length >> 1]}, max ${sorted.at(-1)}`
  }
  const tally = (names: readonly string[]): string =>
    [...Map.groupBy(names, (name) => name)].map(([name, all]) => `${all.length} ${name}`).join(', ')
  return [
    `${model}: ${played.length} games about ${new Set(played.map(({ lie }) => nameOf(lie))).size} different lies, ${outcomes.filter(({ won }) => won).length} won; by ${tally(outcomes.map(({ ending }) => ending))}`,
    `rounds: ${of(({ rounds }) => rounds)}; gas of both sides: ${of(({ gas }) => gas)}; winning transaction: ${of(({ proof }) => proof)}`,
    `lies: ${tally(played.map(({ lie }) => `${lie.kind} ${lie.form}`))}`,
  ]
}
