import { product } from '../../../ir/types.ts'
import type { Emission } from './emit.ts'
import type { Folded } from './product.ts'
import { digitsOfLoad, fillOf } from './scope.ts'
import type { Tree } from './tree.ts'
import { arrange, sortedAsIn } from './value.ts'
import { slice, stepped } from './window.ts'

/** A maximum over sliding windows as MaxPool, whose padding is less than anything; null where it is none. */
export function emitPool(scope: Emission, term: Tree, result: Tree): Folded | null {
  const { writer, kernel, extents } = scope
  if (kernel.reduce?.op !== 'max' || term.op !== 'load') return null
  const rank = kernel.shape.length
  const load = kernel.loads[term.arg]!
  const digits = digitsOfLoad(scope, load)
  const sliding = digits?.filter(({ terms }) => terms.length > 1) ?? []
  if (!digits || sliding.length < 1 || sliding.length > 3) return null
  const plain = digits.filter(({ terms }) => terms.length <= 1)
  const whole = plain.every(
    ({ terms, start, extent, length, offset }) =>
      terms.length === 1 && terms[0]!.coefficient === 1 && terms[0]!.variable < rank && start === 0 && offset === 0 && length === extent,
  )
  const windows = sliding.map((digit) => {
    const [output, ...others] = digit.terms.filter(({ variable }) => variable < rank)
    const [tap, ...more] = digit.terms.filter(({ variable }) => variable >= rank)
    return output && tap && others.length + more.length === 0 && output.coefficient > 0 && tap.coefficient > 0
      ? { digit, output, tap }
      : null
  })
  if (!whole || windows.some((window) => window === null)) return null
  const known = windows as NonNullable<(typeof windows)[number]>[]
  const taps = known.map(({ tap }) => tap.variable)
  if (!extents.every((extent, variable) => extent === 1 || variable < rank || taps.includes(variable))) return null
  const cuts = known.map(({ digit, output, tap }) =>
    stepped(
      digit,
      (extents[output.variable]! - 1) * output.coefficient + (extents[tap.variable]! - 1) * tap.coefficient + 1,
      output.coefficient,
    ),
  )
  if (
    cuts.some(
      ({ start, end }, axis) => start >= end || cuts[axis]!.before >= extents[taps[axis]!]! || cuts[axis]!.after >= extents[taps[axis]!]!,
    )
  )
    return null
  if (cuts.some(({ before, after }) => before + after > 0) && fillOf(scope, load) > -0x80000000) return null

  const value = scope.operand(load.buffer).value!
  const channels = sortedAsIn(value, plain)
  const layout = [[], channels.map(({ terms }) => terms[0]!.variable), ...known.map(({ output }) => [output.variable])]
  if (layout.flat().length !== kernel.shape.filter((extent) => extent > 1).length) return null
  const x = arrange(writer, value, [[], channels, ...known.map(({ digit }) => [digit])])
  const inner = slice(writer, x, [
    ...x.shape.slice(0, 2).map((end) => ({ start: 0, end, step: 1 })),
    ...cuts.map(({ start, end }) => ({ start, end, step: 1 })),
  ])
  const shape = layout.map((axis) => product(axis.map((variable) => extents[variable]!)))
  const ints = (values: readonly number[]) => ({ ints: [...values] })
  const ref = writer.node('MaxPool', [inner], shape, {
    kernel_shape: ints(taps.map((variable) => extents[variable]!)),
    strides: ints(known.map(({ output }) => output.coefficient)),
    dilations: ints(known.map(({ tap }) => tap.coefficient)),
    pads: ints([...cuts.map(({ before }) => before), ...cuts.map(({ after }) => after)]),
  })
  return { ref, layout, result }
}
