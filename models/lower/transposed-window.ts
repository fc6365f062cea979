import { MAX_COUNT } from '../ir/header.ts'
import type { NodeReader } from './node.ts'

/** One spatial axis of a ConvTranspose: input position `q` adds to the outputs `q * stride + tap * dilation - before`. */
export type TransposedWindow = {
  readonly input: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly before: number
  readonly output: number
}

/**
 * The axes of a ConvTranspose from its attributes. With `output_shape` or an `auto_pad` of SAME the pads follow from the shape; of an odd total
 * the greater half lies before, with SAME_UPPER after.
 * @throws {OpineError} `INVALID_NODE`, `UNSUPPORTED_OPERATOR` for negative pads
 */
export function transposedWindowsOf(node: NodeReader, spatial: readonly number[], kernels: readonly number[]): TransposedWindow[] {
  const rank = spatial.length
  const list = (name: string, length: number, fallback: number, least: number): readonly number[] => {
    const values = node.ints(name) ?? Array<number>(length).fill(fallback)
    if (values.length !== length) throw node.invalid(`has ${values.length} ${name} for ${rank} spatial axes`)
    if (values.some((value) => value < least || value > MAX_COUNT))
      throw node.unsupported(`${name} [${values}]`, `${name} of ${least} or more`)
    return values
  }
  const strides = list('strides', rank, 1, 1)
  const dilations = list('dilations', rank, 1, 1)
  const pads = list('pads', 2 * rank, 0, 0)
  const extra = list('output_padding', rank, 0, 0)
  const given = node.ints('output_shape')
  // Some exporters name the batch and the channels too.
  const shape = given?.length === rank + 2 ? given.slice(2) : given
  if (shape && shape.length !== rank) throw node.invalid(`has an output_shape of ${shape.length} for ${rank} spatial axes`)
  const mode = node.text('auto_pad', 'NOTSET')
  if (!['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'].includes(mode)) throw node.invalid(`has the auto_pad '${mode}'`)
  const same = mode === 'SAME_UPPER' || mode === 'SAME_LOWER'
  return spatial.map((input, axis) => {
    const [kernel, stride, dilation] = [kernels[axis]!, strides[axis]!, dilations[axis]!]
    const full = (input - 1) * stride + extra[axis]! + (kernel - 1) * dilation + 1
    const wanted = shape?.[axis] ?? (same ? input * stride : null)
    const total = Math.max(0, full - (wanted ?? full))
    const half = Math.floor(total / 2)
    const shaped = shape !== null || same
    const before = shaped ? (mode === 'SAME_UPPER' ? half : total - half) : mode === 'VALID' ? 0 : pads[axis]!
    const after = shaped ? total - before : mode === 'VALID' ? 0 : pads[axis + rank]!
    const output = shape?.[axis] ?? full - before - after
    if (output < 1 || output > MAX_COUNT) throw node.invalid(`would have ${output} elements along spatial axis ${axis}`)
    return { input, kernel, stride, dilation, before, output }
  })
}
