import { OpineError } from '@opine/dispute-game/errors.ts'

/** Tokens that are no words: the one before a story, also used to fill up; the one after it. */
export const START = 0
export const END = 1

/** All words of the stories in alphabetical order; word `i` is token `i + 2`. */
const WORDS = (
  ', . : ? a and angry anna asked ball barn bed behind ben big blue boat book bought box by came coin danced did door evening ' +
  'for found garden golden green hat he heavy her hid him in is it key lamp last later laughed look looked lucy made max mia ' +
  'morning near new not on one paul put red ring river roof rosa sad said sang school she shelf small smiled summer tell thanked ' +
  'the they to told tom tree under wanted was where yesterday'
).split(' ')

const TOKENS = new Map(WORDS.map((word, index) => [word, index + 2]))

/** How many tokens there are. */
export const VOCABULARY = WORDS.length + 2

/**
 * `START` and the words' tokens.
 * @throws {OpineError} `STORY_WORD` for a word that no story has
 */
export const tokensOf = (words: readonly string[]): number[] => [START, ...words.map(tokenOf)]

export const wordsOf = (tokens: readonly number[]): string[] => tokens.filter((token) => token > END).map((token) => WORDS[token - 2]!)

function tokenOf(word: string): number {
  const token = TOKENS.get(word)
  if (token !== undefined) return token
  throw new OpineError('STORY_WORD', `the story model does not know the word "${word}"; it knows ${WORDS.join(' ')}`, { word })
}

/** As people write it: sentences begin with a capital, and so do names. */
export function readable(words: readonly string[]): string {
  return words
    .join(' ')
    .replace(/ ([.,?:])/g, '$1')
    .replace(/(^|[.?:] )([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/\b(mia|anna|lucy|rosa|tom|ben|max|paul)\b/g, (name) => name[0]!.toUpperCase() + name.slice(1))
}
