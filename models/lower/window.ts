import { MAX_COUNT } from '../ir/header.ts'
import { product } from '../ir/types.ts'
import type { NodeReader } from './node.ts'

/** Terms of the longest fold. */
const MAX_WINDOW = 65_536

/** A sliding window over one spatial axis of `input` elements, with `before` and `after` elements of padding. */
export type Window = {
  readonly input: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly before: number
  readonly after: number
  readonly output: number
}

/**
 * The windows of a Conv or pool from its attributes, one a spatial axis; ONNX operators Conv, MaxPool and AveragePool.
 * With `ceil_mode` a last window that would start in the padding after the input is dropped.
 * @throws {OpineError} `INVALID_NODE`
 */
export function windowsOf(node: NodeReader, spatial: readonly number[], kernels: readonly number[]): Window[] {
  const rank = spatial.length
  const list = (name: string, length: number, fallback: number): readonly number[] => {
    const values = node.ints(name) ?? Array<number>(length).fill(fallback)
    if (values.length !== length) throw node.invalid(`has ${values.length} ${name} for ${rank} spatial axes`)
    return values
  }
  const strides = list('strides', rank, 1)
  const dilations = list('dilations', rank, 1)
  const pads = list('pads', 2 * rank, 0)
  if (kernels.length !== rank) throw node.invalid(`has a kernel of ${kernels.length} axes for ${rank} spatial axes`)
  if ([...strides, ...dilations, ...pads, ...kernels].some((value) => value > MAX_COUNT))
    throw node.invalid('has a window attribute of 2^31 or more')
  if (product(kernels) > MAX_WINDOW) throw node.unsupported(`a window of ${product(kernels)} elements`, `a window of at most ${MAX_WINDOW}`)
  const mode = node.text('auto_pad', 'NOTSET')
  const ceil = node.int('ceil_mode', 0) === 1
  return spatial.map((input, axis) => {
    const [kernel, stride, dilation] = [kernels[axis]!, strides[axis]!, dilations[axis]!]
    if ([kernel, stride, dilation].some((value) => value < 1)) throw node.invalid('has a kernel, stride or dilation below 1')
    const reach = (kernel - 1) * dilation + 1
    let [before, after] = mode === 'NOTSET' ? [pads[axis]!, pads[axis + rank]!] : [0, 0]
    if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
      const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + reach - input)
      before = mode === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)
      after = total - before
    } else if (mode !== 'NOTSET' && mode !== 'VALID') throw node.invalid(`has the auto_pad '${mode}'`)
    if (before < 0 || after < 0) throw node.unsupported('negative pads', 'pads of 0 or more')
    const steps = (input + before + after - reach) / stride
    let output = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1
    if (ceil && (output - 1) * stride >= input + before) output -= 1
    if (output < 1) throw node.invalid(`has a window of ${reach} over ${input} elements padded by ${before} and ${after}`)
    return { input, kernel, stride, dilation, before, after, output }
  })
}

/** A window over the axis, `padded` or not, in the bounds of what counts. */
const bounds = (window: Window, padded: boolean): readonly [number, number] =>
  padded ? [-window.before, window.input + window.after] : [0, window.input]

/** Elements that every window counts; null where the windows differ, because some of them reach over what counts. */
export function uniformCount(windows: readonly Window[], padded: boolean): number | null {
  const inside = windows.every((window) => {
    const [low, high] = bounds(window, padded)
    const last = (window.output - 1) * window.stride - window.before + (window.kernel - 1) * window.dilation
    return -window.before >= low && last < high
  })
  return inside ? product(windows.map((window) => window.kernel)) : null
}

/**
 * For each output position, row-major, how many elements of its window count: those of the input, or with `padded` those of padding too.
 */
export function windowCounts(windows: readonly Window[], padded: boolean): number[] {
  const counts = windows.map((window) => {
    const [low, high] = bounds(window, padded)
    return Array.from({ length: window.output }, (_, position) => {
      const start = position * window.stride - window.before
      const taps = Array.from({ length: window.kernel }, (_, tap) => start + tap * window.dilation)
      return taps.filter((tap) => tap >= low && tap < high).length
    })
  })
  return counts.reduce<number[]>((outer, axis) => outer.flatMap((count) => axis.map((own) => count * own)), [1])
}
