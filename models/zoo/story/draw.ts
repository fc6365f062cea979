import { logarithm } from '../training/exponential.ts'
import { below, type Random, xorshift } from '../training/random.ts'
import { tellStory } from './grammar.ts'

export const TRAINING = { count: 48_000, seed: 99_194_853 } as const
export const HELD_OUT = { count: 500, seed: 15_485_863 } as const

/** Stories as words; the same one may come twice. */
export function drawStories({ count, seed }: { readonly count: number; readonly seed: number }): string[][] {
  const random = xorshift(seed)
  return Array.from({ length: count }, () => drawStory(random))
}

/** Stories that training never sees. */
export function heldOutStories(training: readonly (readonly string[])[]): string[][] {
  const seen = new Set(training.map((words) => words.join(' ')))
  return drawStories(HELD_OUT).filter((words) => !seen.has(words.join(' ')))
}

function drawStory(random: Random): string[] {
  const story = tellStory()
  const words: string[] = []
  for (let next = story.next(); !next.done; )
    if (typeof next.value === 'number') next = story.next(below(random, next.value))
    else {
      words.push(...next.value.split(' '))
      next = story.next(0)
    }
  return words
}

/** For each way in which the grammar tells these words, how many options each choice had; none if it does not tell them. */
export function derivationsOf(words: readonly string[]): number[][] {
  const found: number[][] = []
  const search = (choices: readonly number[]): void => {
    const story = tellStory()
    const options: number[] = []
    let said = 0
    for (let next = story.next(); !next.done; )
      if (typeof next.value === 'number') {
        const count = next.value
        if (options.length === choices.length) {
          for (let choice = 0; choice < count; choice++) search([...choices, choice])
          return
        }
        next = story.next(choices[options.length]!)
        options.push(count)
      } else {
        for (const word of next.value.split(' ')) if (words[said++] !== word) return
        next = story.next(0)
      }
    if (said === words.length) found.push(options)
  }
  search([])
  return found
}

/** What a story of the grammar tells at least, in nats: the logarithm of its probability, negated. */
export function surprisalOf(words: readonly string[]): number {
  const [options] = derivationsOf(words)
  return options === undefined ? Number.POSITIVE_INFINITY : options.reduce((sum, count) => sum + logarithm(count), 0)
}
