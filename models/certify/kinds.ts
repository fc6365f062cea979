import { byteSize, type Constant } from '../ir/types.ts'
import { type Contents, valuesOf } from './contents.ts'
import type { Value } from './value.ts'

/** Numbers of the groups of contents, such that those with one number are known to be the same. @property count  numbers are below it */
export type Kinds = { readonly of: ArrayLike<number>; readonly count: number }

/** More kinds than these are hardly met again. */
const MOST = 1 << 16

/** Null where there are too many. */
export function kindsOf(contents: Contents): Kinds | null {
  if (contents.constant) return kindsOfConstant(contents.constant)
  const known = new Map<Value, number>()
  const of = valuesOf(contents).map((value) => {
    const kind = known.get(value) ?? known.size
    known.set(value, kind)
    return kind
  })
  return known.size <= MOST ? { of, count: known.size } : null
}

/** By their bits. */
function kindsOfConstant({ type, count, bytes }: Constant): Kinds | null {
  const size = byteSize(type)
  if (size === 1) return { of: bytes, count: 256 }
  const { buffer } = new Uint8Array(bytes)
  return size === 2 ? { of: new Uint16Array(buffer), count: MOST } : kindsOfWords(new Int32Array(buffer), count)
}

/** A table of the words that were met, with room to spare, looked up from where their bits point. */
const PLACES = MOST * 4

function kindsOfWords(words: Int32Array, count: number): Kinds | null {
  const of = new Uint32Array(count)
  const [met, kinds] = [new Int32Array(PLACES), new Uint32Array(PLACES)]
  let last = 0
  for (let at = 0; at < count; at++) {
    const word = words[at]!
    let place = Math.imul(word ^ (word >>> 15), 0x9e3779b1) >>> 14
    while (kinds[place] !== 0 && met[place] !== word) place = (place + 1) % PLACES
    if (kinds[place] === 0) {
      if (last === MOST) return null
      met[place] = word
      kinds[place] = ++last
    }
    of[at] = kinds[place]! - 1
  }
  return { of, count: last }
}
