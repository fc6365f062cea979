import { before, describe, it } from 'node:test'
import { concatBytes, equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import { expect } from 'chai'
import { ETHER, revertName } from '../support/arena.ts'
import { type Stage, stageOf } from '../tamper/campaign.ts'
import { FastChain } from '../tamper/chain.ts'
import { LIAR, LyingGame, ORACLE, type Outcome } from '../tamper/game.ts'
import { type KindName, lieOf, type ToldLie } from '../tamper/lies.ts'
import { type Subject, subjectOf } from '../tamper/subject.ts'
import type { Form } from '../tamper/told.ts'

/** Games for each form of each threat; the tamper tests play hundreds. */
const GAMES = 5

describe('traces that are not true', () => {
  let chain: FastChain
  let subject: Subject
  let stages: readonly Stage[]
  before(async () => {
    subject = subjectOf('digits')
    chain = await FastChain.create(subject.program)
    await chain.arena.stake(LIAR, 10n * ETHER)
    const stranger = subjectOf('reader').truths[0]!
    stages = await Promise.all(subject.truths.map((truth) => stageOf(chain, truth, stranger)))
  })

  /** Draws lies of a kind and lets each fall; what they were and how. */
  async function fall(
    kind: KindName,
    form: Form,
    accept: (lie: ToldLie, stage: Stage) => boolean = () => true,
  ): Promise<(ToldLie & Outcome)[]> {
    const fallen: (ToldLie & Outcome)[] = []
    for (let seed = 7000; fallen.length < GAMES; seed++) {
      const stage = stages[seed % stages.length]!
      const lie = lieOf(stage.scene, seed, kind, form)
      if (!accept(lie, stage)) continue
      const outcome = await chain.undone(() => new LyingGame(chain, stage.scene, lie.liar).play(stage.requestId, stage.ownRoot))
      expect(outcome.won, `${kind}, ${form}: ${lie.name}`).to.equal(true)
      fallen.push({ ...lie, ...outcome })
    }
    return fallen
  }

  /** What the oracle says to an assertion of these things. */
  function asserted({ scene, requestId }: Stage, output: Uint8Array, salt = scene.salt): Promise<string> {
    const tree = traceTree(scene.truth, salt)
    const proofs = subject.program.outputs.map((kernel) => branch(tree, kernel))
    const data = ORACLE.encodeFunctionData('assertResult', [requestId, output, rootOf(tree), proofs])
    return revertName(chain.call(LIAR, chain.arena.deployment.oracle, data))
  }

  it('threat: wrong output, right trace', async () => {
    const stage = stages[0]!
    const output = Uint8Array.from(outputBytes(stage.scene.truth))
    output[0]! ^= 1
    expect(await asserted(stage, output), 'the trace does not have it').to.equal('InferenceOracle_OutputNotInTrace')
    for (const { ending } of await fall('output', 'alone')) expect(ending, 'nothing else is false').to.equal('StepProved')
  })

  it('threat: right output, wrong trace', async () => {
    const right = ({ liar }: ToldLie, { scene }: Stage) => equalBytes(outputBytes(scene.truth), liar.output)
    await fall('committed buffer', 'alone', right)
    await fall('committed buffer', 'downstream', right)
  })

  it('threat: garbage trace', async () => {
    await fall('garbage trace', 'alone')
    await fall('garbage trace', 'downstream')
  })

  it('threat: withheld trace', async () => {
    for (const form of ['alone', 'downstream'] as const) {
      for (const { rounds, liar } of await fall('withheld trace', form)) expect(rounds).to.be.at.most(liar.answers)
    }
  })

  it('threat: trace of another model', async () => {
    await fall('wrong model', 'alone')
    await fall('wrong model', 'downstream')
  })

  it('threat: trace of another input', async () => {
    await fall('wrong input', 'downstream')
    // The whole true trace of another question.
    const [here, there] = [stages[0]!, stages[1]!]
    const tree = traceTree(there.scene.truth, here.scene.salt)
    const liar = { output: outputBytes(there.scene.truth), provider: { ...there.scene.own, traceTree: () => tree }, answers: 100 }
    const outcome = await chain.undone(() => new LyingGame(chain, here.scene, liar).play(here.requestId, here.ownRoot))
    expect([outcome.won, outcome.ending]).to.deep.equal([true, 'StepProved'])
  })

  it('threat: trace of another request', async () => {
    const [here, there] = [stages[0]!, stages[1]!]
    const replayed = await asserted(here, outputBytes(here.scene.truth), there.scene.salt)
    expect(replayed, 'the root that was posted for another request').to.equal('InferenceOracle_OutputNotInTrace')
    await fall('copied root', 'alone', ({ name }) => name.endsWith('of another request'))
  })

  it('threat: copied root', async () => {
    const stage = stages[0]!
    const colleague = chain.arena.salt(stage.requestId, 4)
    expect(await asserted(stage, outputBytes(stage.scene.truth), colleague)).to.equal('InferenceOracle_OutputNotInTrace')
    for (const { ending } of await fall('copied root', 'downstream')) expect(ending, 'a copier has nothing to reveal').to.equal('timeout')
  })

  it('threat: wrong padding', async () => {
    const zero = ({ drawn }: ToldLie) => [...drawn.trace.leafOverrides.keys()].some((leaf) => !subject.program.places[leaf]?.committed)
    for (const { ending } of await fall('trace leaf', 'alone', zero)) expect(ending).to.equal('PaddingProved')
  })

  it('threat: bytes after the buffer’s end', async () => {
    for (const { moves } of await fall('bytes behind the end, inside the last word', 'alone')) expect(moves.length).to.be.greaterThan(2)
  })

  it('threat: truncated or padded output', async () => {
    const stage = stages[0]!
    const output = outputBytes(stage.scene.truth)
    for (const other of [output.slice(0, -1), output.slice(4), concatBytes(output, new Uint8Array(1)), concatBytes(output, output)])
      expect(await asserted(stage, other)).to.equal('InferenceOracle_OutputLength')
  })
})
