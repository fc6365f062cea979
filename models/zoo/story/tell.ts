import { softmax } from '../training/loss.ts'
import { type Random, xorshift } from '../training/random.ts'
import { derivationsOf } from './draw.ts'
import { CONTEXT, type StoryModel } from './network.ts'
import { END, tokensOf, VOCABULARY, wordsOf } from './vocabulary.ts'

/** A generator for story number `seed`, a whole number but 0: small seeds as such would make the first draws small too. */
export const luckOf = (seed: number): Random => xorshift(Math.imul(seed, 0x9e3779b1))

/** Logits of the token after these. */
export type Next = (tokens: readonly number[]) => ArrayLike<number> | Promise<ArrayLike<number>>

export const nextOf =
  (model: StoryModel): Next =>
  (tokens) =>
    model.forward(tokens).slice((tokens.length - 1) * VOCABULARY, tokens.length * VOCABULARY)

/**
 * Goes on from `opening` up to the end of the story or of the context, each token drawn with the probability that the model gives it.
 * `hear` is told of each new word.
 */
export async function tellOn(
  next: Next,
  random: Random,
  opening: readonly string[] = [],
  hear: (word: string) => void = () => {},
): Promise<string[]> {
  const tokens = tokensOf(opening)
  while (tokens.length < CONTEXT) {
    const token = drawn(random, softmax(await next(tokens)))
    if (token <= END) break
    tokens.push(token)
    hear(wordsOf([token])[0]!)
  }
  return wordsOf(tokens)
}

function drawn(random: Random, probabilities: readonly number[]): number {
  let left = random()
  for (const [token, p] of probabilities.entries()) {
    left -= p
    if (left < 0) return token
  }
  return END
}

/** `count` stories of the model's own, each from the seed of its number from 1, and how many of them the grammar tells too. */
export async function ownStories(
  next: Next,
  count: number,
): Promise<{ readonly stories: readonly (readonly string[])[]; readonly sound: number }> {
  const stories: string[][] = []
  for (let seed = 1; seed <= count; seed++) stories.push(await tellOn(next, luckOf(seed)))
  return { stories, sound: stories.filter((words) => derivationsOf(words).length > 0).length }
}
