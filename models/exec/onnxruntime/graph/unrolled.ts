import { product } from '../../../ir/types.ts'
import type { Layout } from './layout.ts'
import type { Scaled } from './scale.ts'
import type { Scope } from './scope.ts'
import { slice } from './window.ts'
import type { Ref } from './writer.ts'

/** A place of the window along a spatial axis: every `stride`-th of `output` positions, `places` of them `dilation` apart. */
export type Taps = { readonly output: number; readonly stride: number; readonly places: number; readonly dilation: number }

/**
 * A convolution as a matrix product: what lies under each place of the window, one after the other along the channels. There is one way to add up a
 * product, where a library may have ways to convolve that round.
 * @param x        `[batch, groups * channels, spatial..]`, padded
 * @param weights  `[groups, filters, places * channels]`, with the bias `[groups * filters]`
 * @returns        `[batch, groups * filters, spatial..]`
 */
export function unrolled(
  { writer }: Scope,
  x: Ref,
  groups: number,
  taps: readonly Taps[],
  { weights, bias }: Pick<Scaled, 'weights' | 'bias'>,
): Ref {
  const [batch, channels] = x.shape as [number, number, ...number[]]
  const outputs = taps.map(({ output }) => output)
  const points = product(outputs)
  const places = placesOf(taps)
  const parts = places.map((place) => {
    const cuts = taps.map(({ output, stride, dilation }, axis) => {
      const start = place[axis]! * dilation
      return { start, end: start + (output - 1) * stride + 1, step: stride }
    })
    const whole = [batch, channels].map((end) => ({ start: 0, end, step: 1 }))
    return writer.reshape(slice(writer, x, [...whole, ...cuts]), [batch, groups, channels / groups, points])
  })
  const depth = (places.length * channels) / groups
  const columns = parts.length === 1 ? parts[0]! : writer.node('Concat', parts, [batch, groups, depth, points], { axis: { int: 2 } })
  const filters = weights.shape[1]!
  const sum = writer.node('MatMul', [weights, columns], [batch, groups, filters, points])
  const made = writer.reshape(sum, [batch, groups * filters, ...outputs])
  if (!bias) return made
  return writer.node('Add', [made, writer.reshape(bias, [groups * filters, ...outputs.map(() => 1)])], made.shape)
}

/** All places of the window, row-major. */
function placesOf(taps: readonly Taps[]): number[][] {
  return taps.reduce<number[][]>(
    (all, { places }) => all.flatMap((before) => Array.from({ length: places }, (_, place) => [...before, place])),
    [[]],
  )
}

/** Layout of the weights that `unrolled` takes. */
export const unrolledOrder = (group: readonly number[], filters: readonly number[], taps: Layout, channels: readonly number[]): Layout => [
  [...group],
  [...filters],
  [...taps.flat(), ...channels],
]
