import type { Expression } from '../ir/types.ts'
import type { Surroundings } from './code.ts'
import type { Value } from './value.ts'

/** Most results that are kept; what is met afterwards is followed each time. */
const MOST = 1 << 16

/** By the first operand, then by the second, and so on. */
type Node<T> = { result?: T; readonly next: Map<Value, Node<T>> }

const node = <T>(): Node<T> => ({ next: new Map() })

/**
 * Follows an expression once for each choice of what it reads. Sound, because what is noticed on the way depends on nothing else and is the same
 * however often it is noticed.
 * @param code    without the fold
 * @param follow  what is made of the expression
 */
export function remembering<T>(code: Expression, { load, inRange, variable }: Surroundings, follow: () => T): () => T {
  const seen = new Set<string>()
  const reads: (() => Value)[] = []
  for (const { op, arg = 0 } of code) {
    const read = op === 'load' ? load : op === 'inrange' ? inRange : op === 'var' ? variable : null
    if (!read || seen.has(`${op} ${arg}`)) continue
    seen.add(`${op} ${arg}`)
    reads.push(() => read(arg))
  }
  const root = node<T>()
  let kept = 0
  return () => {
    let at = root
    for (const read of reads) {
      const value = read()
      let next = at.next.get(value)
      if (!next) {
        if (kept >= MOST) return follow()
        kept++
        next = node()
        at.next.set(value, next)
      }
      at = next
    }
    at.result ??= follow()
    return at.result
  }
}
