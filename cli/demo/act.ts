import { outputBytes } from '@opine/models/trace/commit.ts'
import type { Consumer } from './consumers/consumer.ts'
import type { ChosenLie } from './lie.ts'
import type { Question } from './questions/question.ts'
import type { StagedModel } from './staging.ts'

/**
 * How a false claim falls: a lie by `bisection`, or by a proof in `one-shot`, made of what the liar itself serves; or a `sham` challenge of a
 * true answer.
 */
export type Way = 'bisection' | 'one-shot' | 'sham'

/**
 * One question and what becomes of it.
 * @property falsehood  what the liar says; in a sham challenge, what the challenger says
 */
export type Act = {
  readonly number: number
  readonly title: string
  readonly way: Way
  readonly model: StagedModel
  readonly question: Question
  readonly consumer: Consumer
  readonly falsehood: ChosenLie
}

/** What the model truly gives. */
export const truthOf = ({ question }: Act): Uint8Array => outputBytes(question.trace)

/** What the false trace gives. */
export const lieOf = ({ falsehood }: Act): Uint8Array => outputBytes(falsehood.trace)
