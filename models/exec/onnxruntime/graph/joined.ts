import { product } from '../../../ir/types.ts'
import type { Digit } from './digits.ts'
import type { Emission } from './emit.ts'
import { type Layout, valueInLayout } from './layout.ts'
import { digitsOfLoad } from './read.ts'
import type { Tree } from './tree.ts'
import { arrange, type Value } from './value.ts'

/** Operands one after the other along one coordinate, as Concat; null where the kernel does something else. */
export function joined(scope: Emission, result: Tree): Value | null {
  const { writer, kernel, extents } = scope
  const numbers = chosen(result)
  if (!numbers || numbers.length < 2) return null
  const loads = numbers.map((number) => kernel.loads[number]!)
  if (loads.some(({ buffer }) => !scope.operand(buffer).value)) return null
  const parts = loads.map((load) => digitsOfLoad(scope, load))
  if (
    !parts.every(
      (digits): digits is Digit[] =>
        digits?.every(({ terms }) => terms.length <= 1 && terms.every(({ coefficient }) => coefficient === 1)) === true,
    )
  )
    return null
  const joint = parts[0]!.flatMap(({ terms, length }) => (terms[0] && length < extents[terms[0].variable]! ? [terms[0].variable] : []))
  if (joint.length !== 1) return null
  const [along] = joint as [number]
  const variables = extents.map((_, variable) => variable).filter((variable) => extents[variable]! > 1)
  // Each part holds all other coordinates as a whole, and begins where the one before it ends.
  let from = 0
  const pieces: { readonly from: number; readonly length: number; readonly digits: readonly Digit[]; readonly buffer: number }[] = []
  for (const [index, digits] of parts.entries()) {
    const whole = digits.filter(({ terms }) => terms[0]?.variable !== along)
    const own = digits.find(({ terms }) => terms[0]?.variable === along)
    if (
      !whole.every(
        ({ terms, start, offset, extent, length }) =>
          terms.length === 1 && start === 0 && offset === 0 && length === extent && length === extents[terms[0]!.variable],
      )
    )
      return null
    if (own?.start !== 0 || own.length !== own.extent || whole.length !== variables.length - 1) return null
    pieces.push({ from: -own.offset, length: own.length, digits, buffer: loads[index]!.buffer })
  }
  pieces.sort((a, b) => a.from - b.from)
  for (const piece of pieces) {
    if (piece.from !== from) return null
    from += piece.length
  }
  if (from !== extents[along]) return null
  const layout = layoutOf(scope, pieces[0]!.buffer, pieces[0]!.digits)
  const axis = layout.findIndex((own) => own.includes(along))
  // What lies outside of the joint coordinate on its axis would be interleaved.
  if (layout[axis]![0] !== along) return null
  const refs = pieces.map(({ buffer, digits }) =>
    arrange(
      writer,
      scope.operand(buffer).value!,
      layout.map((own) => own.map((variable) => digits.find(({ terms }) => terms[0]!.variable === variable)!)),
    ),
  )
  const shape = layout.map((own) => product(own.map((variable) => extents[variable]!)))
  return valueInLayout(writer.node('Concat', refs, shape, { axis: { int: axis } }), layout, kernel.shape)
}

/** The loads of `in range of a ? a : in range of b ? b : c`. */
function chosen(tree: Tree): number[] | null {
  if (tree.op === 'load') return [tree.arg]
  const [first, rest, condition] = tree.args
  if (tree.op !== 'select' || first!.op !== 'load' || condition!.op !== 'inrange' || condition!.arg !== first!.arg) return null
  const others = chosen(rest!)
  return others && [first!.arg, ...others]
}

/** The layout in which the first part lies. */
function layoutOf(scope: Emission, buffer: number, digits: readonly Digit[]): Layout {
  const { axes } = scope.operand(buffer).value!
  const within = (stride: number): readonly [number, number] => {
    const axis = axes.findIndex((factors) => factors.some((factor) => factor.stride <= stride && stride < factor.stride * factor.extent))
    return [axis, axis < 0 ? -1 : axes[axis]!.findIndex((factor) => factor.stride <= stride && stride < factor.stride * factor.extent)]
  }
  const layout = axes.map((): Digit[] => [])
  for (const digit of digits) layout[Math.max(0, within(digit.stride)[0])]!.push(digit)
  return layout.map((own) =>
    own.sort((a, b) => within(a.stride)[1] - within(b.stride)[1] || b.stride - a.stride).map(({ terms }) => terms[0]!.variable),
  )
}
