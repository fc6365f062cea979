import { unpackValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { drawStories } from '@opine/models/zoo/story/draw.ts'
import { CONTEXT } from '@opine/models/zoo/story/network.ts'
import { readable, tokensOf, VOCABULARY, wordsOf } from '@opine/models/zoo/story/vocabulary.ts'
import { classOf, softmax } from '@opine/models/zoo/training/loss.ts'
import { percent } from '../story.ts'
import { type Question, runOnce } from './question.ts'

const DRAWN = 20

/** Words that a story cannot go on without having remembered something. */
const SHORTEST = 4

/** The likeliest token after `place`, and its probability. */
function nextAfter(output: Uint8Array, place: number): { readonly token: number; readonly probability: number } {
  const scores = unpackValues('f32', output.subarray(4 * VOCABULARY * place, 4 * VOCABULARY * (place + 1)))
  const token = classOf(scores)
  return { token, probability: softmax(scores)[token]! }
}

/** @property tokenOf  the token that an answer names */
export type StoryQuestion = Question & { readonly tokenOf: (output: Uint8Array) => number }

export const wordOf = (token: number): string => wordsOf([token])[0] ?? '(the end)'

/** Tokens as the model takes them, filled up with zeros. */
const inputOf = (words: readonly string[]): Uint8Array => {
  const tokens = new Int32Array(CONTEXT)
  tokens.set(tokensOf(words))
  return new Uint8Array(tokens.buffer)
}

/**
 * Draws the opening of a story whose next word has been said before, and is what the model expects.
 * @throws {OpineError} `NO_STORY`
 */
export function storyQuestion(loaded: LoadedModel, random: Random): StoryQuestion {
  for (const story of drawStories({ count: DRAWN, seed: random.below(2 ** 31) + 1 })) {
    if (story.length >= CONTEXT) continue
    const whole = outputBytes(runOnce(loaded, [inputOf(story)]).trace)
    // Token 0 stands before the first word, so that after place `n` comes word `n`.
    const ends = story.flatMap((word, n) => {
      const said = n > story.length / 2 && word.length >= SHORTEST && story.slice(0, n - 2).includes(word)
      return said && wordOf(nextAfter(whole, n).token) === word ? [n] : []
    })
    if (ends.length === 0) continue
    const end = random.pick(ends)
    const opening = story.slice(0, end)
    const next = (output: Uint8Array) => nextAfter(output, end)
    return {
      model: 'story',
      loaded,
      ...runOnce(loaded, [inputOf(opening)]),
      picture: () => folded(`"${readable(opening)} ..."`, 48),
      about: ['a text, and the question which word comes next'],
      say: (output) => `"${wordOf(next(output).token)}", ${percent(next(output).probability)} sure`,
      tokenOf: (output) => next(output).token,
      agree: (one, other) => next(one).token === next(other).token,
    }
  }
  throw new OpineError('NO_STORY', `none of ${DRAWN} drawn stories has an end that the model foresees; choose another --seed`)
}

/** Lines of at most `width` characters. */
function folded(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!
    if (line !== '' && line.length + word.length >= width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
