import { join } from 'node:path'
import { Random } from '@opine/models/ir/random.ts'
import { readModel } from '../model/load.ts'
import type { Act, Way } from './act.ts'
import { askerAccount } from './consumers/account.ts'
import { riskBoard } from './consumers/board.ts'
import type { Consumer } from './consumers/consumer.ts'
import { digitReader } from './consumers/reader.ts'
import { nextWord } from './consumers/word.ts'
import { chooseLie } from './lie.ts'
import { creditQuestion } from './questions/credit.ts'
import { digitQuestion } from './questions/digit.ts'
import { type OwnModel, ownQuestion } from './questions/own.ts'
import type { Question } from './questions/question.ts'
import { storyQuestion } from './questions/story.ts'
import type { Stage } from './staging.ts'

const ZOO = join(import.meta.dirname, '../../models/zoo')

/** Seconds of a run from which on what takes that long is said. */
const TOLD = 1

/** An act before there is a chain. */
export type Draft = Pick<Act, 'title' | 'way' | 'question' | 'falsehood'> & {
  readonly consumer: (stage: Stage, versionId: string) => Consumer | Promise<Consumer>
}

/**
 * Three of our own models, three kinds of consumers, three ways to be wrong.
 * @param exact  whether the models in exact integers are played with, which stock runtimes run
 */
export function zooProgramme(seed: number, exact: boolean): Draft[] {
  const random = new Random(seed)
  const load = (name: string) => readModel(join(ZOO, exact ? 'exact' : name, `${name}.onnx`))
  const digit = digitQuestion(load('digits'), random)
  const first = draft('a handwritten digit', 'bisection', digit, random, digitReader)
  const credit = draft('a credit file', 'one-shot', creditQuestion(load('credit'), random), random, riskBoard)
  const story = storyQuestion(load('story'), random)
  const word = draft('a text', 'sham', story, random, (stage, versionId) => nextWord(stage, versionId, story.tokenOf))
  return [first, credit, word]
}

/** Anybody's model: a lie, and a sham challenge of the true answer to the same question. @param tell  hears of long work */
export function ownProgramme(own: OwnModel, seed: number, tell: (text: string) => void): Draft[] {
  const random = new Random(seed)
  const question = ownQuestion(own, tell)
  if (question.seconds > TOLD) tell(`a run takes ${question.seconds.toFixed(1)} s; now a lie is sought that changes the answer`)
  return [
    draft('a lie about your model', 'bisection', question, random, askerAccount),
    draft('the truth about your model', 'sham', question, random, askerAccount),
  ]
}

/** A liar wants another answer, for which a few runs' time is spent; a sham challenge needs no more than another trace. */
function draft(title: string, way: Way, question: Question, random: Random, consumer: Draft['consumer']): Draft {
  const patience = way === 'sham' ? 0 : 3 + 2 * question.seconds
  return { title, way, question, falsehood: chooseLie(question, random, patience), consumer }
}

/** The acts on a stage that has their models. */
export async function actsOn(stage: Stage, drafts: readonly Draft[]): Promise<Act[]> {
  const acts: Act[] = []
  for (const [index, { title, way, question, falsehood, consumer }] of drafts.entries()) {
    const model = stage.models.find(({ loaded }) => loaded === question.loaded)!
    acts.push({ number: index + 1, title, way, model, question, falsehood, consumer: await consumer(stage, model.versionId) })
  }
  return acts
}
