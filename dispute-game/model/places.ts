import { factsOf, type Ground, type Oaths, type Place } from './ground.ts'
import type { ModelAssertion } from './state.ts'

/**
 * Key of the place at which a game waits for a reveal or an oath: one for all games over an assertion. It is a character, so that what was
 * posted is a string that compares and joins at once.
 */
const characters = new Map<string, string>()

function characterOf(key: string): string {
  let character = characters.get(key)
  if (character === undefined) {
    character = String.fromCharCode(characters.size)
    characters.set(key, character)
  }
  return character
}

export function placeKey(ground: Ground, { phase, kernel, element, position }: Place): string {
  switch (phase) {
    case 'TRACE':
      return characterOf(`T${position}`)
    case 'KERNEL':
      return interiorKey(ground, kernel)
    case 'TENSOR':
      return characterOf(`B${kernel}:${position}`)
    case 'LANE':
      return characterOf(`L${kernel}:${element}`)
  }
}

const interiorKey = (ground: Ground, kernel: number): string => characterOf(`K${factsOf(ground, kernel).first}`)

/** The book that was posted by, -1 if nothing was. */
export function bookAt(posted: string, key: string): number {
  for (let i = 0; i < posted.length; i += 2) if (posted[i] === key) return posted.charCodeAt(i + 1)
  return -1
}

/** What was posted, with one place more. */
export function withPosted(posted: string, key: string, book: number): string {
  let at = 0
  while (at < posted.length && posted[at]! < key) at += 2
  return posted.slice(0, at) + key + String.fromCharCode(book) + posted.slice(at)
}

/** Books that were sworn by where a game stands; book 0 where nothing was sworn. */
export function oathsAt(ground: Ground, { posted }: ModelAssertion, place: Place): Oaths {
  const interior = bookAt(posted, interiorKey(ground, place.kernel))
  const totals = place.phase === 'LANE' ? bookAt(posted, placeKey(ground, place)) : -1
  return { interior: Math.max(0, interior), totals: Math.max(0, totals) }
}

/** Whether nothing has to be posted before the challenger moves on. */
export function nothingToPost(ground: Ground, { phase, kernel }: Place): boolean {
  const { committed, depth, blocks } = factsOf(ground, kernel)
  return phase === 'LANE' ? blocks <= 1 : phase === 'TENSOR' && !committed && depth === 0
}
