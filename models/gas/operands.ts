import { describeBuffer } from '../ir/meta.ts'
import type { Expression, Program } from '../ir/types.ts'
import type { Costs } from './costs.ts'
import { depthOfBuffer, operandPart, type Part } from './openings.ts'
import type { Reach } from './reach.ts'
import { type Touched, together } from './touch.ts'

/** Loads that a piece of a step reads, each with what it may touch of its operand. */
export type Reads = readonly { readonly reach: Reach; readonly touched: Touched }[]

/** Numbers of the loads that code asks for, and of their indices. */
export function readBy(code: Expression, reaches: readonly Reach[]): number[] {
  const named = new Set(code.flatMap(({ op, arg = 0 }) => (op === 'load' || op === 'inrange' ? [arg] : [])))
  for (const number of [...named]) for (const index of reaches[number]!.indices) named.add(index)
  return [...named]
}

/** The operands of which so much is touched, by buffer. */
export function operandParts(program: Program, reads: Reads, costs: Costs): Part[] {
  const buffers = new Map<number, { touched: Touched[]; seen: Set<string> }>()
  for (const { reach, touched } of reads) {
    const { buffer, ...place } = reach.load
    const known = buffers.get(buffer) ?? { touched: [], seen: new Set() }
    buffers.set(buffer, known)
    // Equal loads read the same words.
    const key = JSON.stringify({ ...place, fill: 0 })
    if (known.seen.has(key) && reach.indices.length === 0) continue
    known.seen.add(key)
    known.touched.push(touched)
  }
  return [...buffers].map(([buffer, { touched }]) =>
    operandPart(program, buffer, together(touched, depthOfBuffer(describeBuffer(program, buffer))), costs),
  )
}
