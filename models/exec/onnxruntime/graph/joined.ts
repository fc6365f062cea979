import { reach } from '../../../ir/reach.ts'
import type { Digit } from './digits.ts'
import { extentOf, type Layout } from './layout.ts'
import { digitsOfLoad, type Scope } from './scope.ts'
import type { Tree } from './tree.ts'
import { arrange } from './value.ts'
import type { Ref } from './writer.ts'

/** A part of what is joined: it fills the positions `from .. from + length - 1` of the joint coordinate. */
type Part = { readonly from: number; readonly length: number; readonly digits: readonly Digit[]; readonly buffer: number }

/** Operands one after the other along one coordinate, as Concat; null where a choice between loads is something else. */
export function joined(scope: Scope, choice: Tree, layout: Layout): Ref | null {
  const { writer, kernel, extents } = scope
  const numbers = chosen(choice)
  if (!numbers || numbers.length < 2) return null
  const loads = numbers.map((number) => kernel.loads[number]!)
  const parts = loads.map((load) => (scope.operand(load.buffer).value ? digitsOfLoad(scope, load) : null))
  const along = parts[0]?.find(({ terms: [term], length }) => term && length < extents[term.variable]!)?.terms[0]?.variable
  const pieces = parts.map((digits, index) => (digits && along !== undefined ? partOf(scope, digits, along, loads[index]!.buffer) : null))
  if (along === undefined || !pieces.every((piece) => piece !== null)) return null
  const sorted = pieces.sort((a, b) => a.from - b.from)
  let end = 0
  for (const { from, length } of sorted) {
    if (from !== end) return null
    end += length
  }
  const axis = layout.findIndex((own) => own.includes(along))
  // What lies outside of the joint coordinate on its axis would be interleaved.
  if (end !== extents[along] || layout[axis]?.[0] !== along) return null
  const refs = sorted.map(({ buffer, digits }) => {
    const groups = layout.map((own) => own.flatMap((variable) => digits.filter(({ terms }) => terms[0]!.variable === variable)))
    return arrange(writer, scope.operand(buffer).value!, groups)
  })
  const shape = layout.map((own) => extentOf(own, extents))
  return writer.node('Concat', refs, shape, { axis: { int: axis } })
}

/** A load that holds all other coordinates as a whole; null where it does not. */
function partOf({ extents, kernel }: Scope, digits: readonly Digit[], along: number, buffer: number): Part | null {
  const own = digits.find(({ terms }) => terms[0]?.variable === along)
  const whole = digits.filter((digit) => digit !== own)
  const variables = kernel.shape.filter((extent) => extent > 1).length
  const plain = digits.every(({ terms: [term, ...more], start, extent, length }) => {
    return term?.coefficient === 1 && more.length === 0 && start === 0 && length === extent
  })
  if (!own || !plain || whole.length !== variables - 1) return null
  if (!whole.every(({ offset, length, terms }) => offset === 0 && length === reach(0, terms, extents).greatest + 1)) return null
  return { from: -own.offset, length: own.length, digits, buffer }
}

/** The loads of `in range of a ? a : in range of b ? b : c`. */
function chosen(tree: Tree): number[] | null {
  if (tree.op === 'load') return [tree.arg]
  const [first, rest, condition] = tree.args
  if (tree.op !== 'select' || first!.op !== 'load' || condition!.op !== 'inrange' || condition!.arg !== first!.arg) return null
  const others = chosen(rest!)
  return others && [first!.arg, ...others]
}
