import { reach } from '../../../ir/reach.ts'
import { indicesOf, type Load } from '../../../ir/types.ts'
import { readGathered, readTable } from './gathered.ts'
import type { Layout } from './layout.ts'
import { digitsOfLoad, fillOf, isConstant, type Scope, variablesOf } from './scope.ts'
import { spread } from './spread.ts'
import { constantReader, smallTable } from './table.ts'
import { arrange } from './value.ts'
import { cutout, pad, slice } from './window.ts'
import type { Ref } from './writer.ts'

/** What a load gives at every place of a layout; axes on which it does not depend have extent 1. @throws {OpineError} `NO_ONNX_FORM` */
export function readLoad(scope: Scope, number: number, layout: Layout): Ref {
  const load = scope.kernel.loads[number]!
  if (isConstant(scope, load)) return smallTable(scope, layout, variablesOf(scope.kernel, load), constantReader(scope, number))
  if (indicesOf(load).length > 0) return readTable(scope, load, layout)
  return readDigits(scope, load, layout) ?? readGathered(scope, number, layout)
}

function readDigits(scope: Scope, load: Load, layout: Layout): Ref | null {
  const { writer, extents } = scope
  const digits = digitsOfLoad(scope, load)
  if (!digits?.every(({ terms }) => terms.length <= 1 && terms.every(({ coefficient }) => coefficient > 0))) return null
  const used = new Set(digits.flatMap(({ terms }) => terms.map(({ variable }) => variable)))
  const order = layout.flat().filter((variable) => used.has(variable))
  if (new Set(order).size !== used.size) return null
  const sorted = [
    ...order.map((variable) => digits.filter(({ terms }) => terms[0]?.variable === variable)),
    ...digits.filter(({ terms }) => terms.length === 0).map((digit) => [digit]),
  ]
  if (sorted.some((group) => group.length !== 1)) return null
  const flat = sorted.flat()
  const cuts = flat.map((digit) => cutout(digit, reach(0, digit.terms, extents).greatest + 1))
  if (cuts.some(({ start, end }) => start >= end)) return null
  let ref = arrange(writer, scope.operand(load.buffer).value!, sorted)
  ref = slice(
    writer,
    ref,
    cuts.map(({ start, end }) => ({ start, end, step: 1 })),
  )
  ref = pad(
    writer,
    ref,
    cuts.map(({ before }) => before),
    cuts.map(({ after }) => after),
    fillOf(scope, load),
  )
  ref = slice(
    writer,
    ref,
    ref.shape.map((end, axis) => ({ start: 0, end, step: flat[axis]!.terms[0]?.coefficient ?? 1 })),
  )
  return spread(writer, ref, layout, used, extents)
}
