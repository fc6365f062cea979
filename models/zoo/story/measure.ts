import { exponential } from '../training/exponential.ts'
import { surprisalOf } from './draw.ts'
import { readable } from './vocabulary.ts'

/** e to the mean loss: of how many equally likely tokens a model is in doubt, on average. */
export const perplexity = (loss: number, tokens: number): number => exponential(loss / tokens)

/** What no model can surpass on average: the perplexity of the grammar itself. */
export const leastPerplexity = (stories: readonly (readonly string[])[]): number =>
  perplexity(
    stories.reduce((sum, words) => sum + surprisalOf(words), 0),
    stories.reduce((sum, words) => sum + words.length + 1, 0),
  )

export const perplexityLine = (model: number, tokens: number): string => `held out: perplexity ${model.toFixed(3)} over ${tokens} tokens`
export const leastLine = (least: number): string => `least possible perplexity (that of the grammar): ${least.toFixed(3)}`
export const storyLine = (words: readonly string[]): string => `- ${readable(words)}`
