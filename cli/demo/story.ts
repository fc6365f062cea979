import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import { readLane, scalarOfBits } from '@opine/models/exec/reference/buffer.ts'
import { bufferBytes } from '@opine/models/exec/reference/kernel.ts'
import { formatFloat } from '@opine/models/ir/describe.ts'
import { describeKernel } from '@opine/models/ir/dump.ts'
import { blockCount, bufferOf, byteSize, type Kernel, scalarOf } from '@opine/models/ir/types.ts'
import type { Trace } from '@opine/models/trace/trace.ts'

/** `kernel 3, convolution over 3x3x16 -> f32 [4, 4, 32]` */
export const kernelText = ({ program }: Trace, kernel: number): string => `kernel ${kernel}, ${describeKernel(program.kernels[kernel]!)}`

/** `element 348 = [2, 2, 28]` */
export function elementText({ program }: Trace, kernel: number, element: number): string {
  const { shape } = program.kernels[kernel]!
  let rest = element
  const coordinates = shape.toReversed().map((extent) => {
    const coordinate = rest % extent
    rest = Math.floor(rest / extent)
    return coordinate
  })
  return `element ${element} = [${coordinates.reverse().join(', ')}]`
}

/** The elements below a node of a kernel's tensor tree, first and last. */
export function elementsBelow({ program }: Trace, kernel: number, position: number): readonly [number, number] {
  const { storeType, shape } = program.kernels[kernel]!
  const level = Math.floor(Math.log2(position))
  const depth = tensorDepth(bufferBytes(program, bufferOf(program, kernel)))
  const span = (2 ** (depth - level) * 32) / byteSize(storeType)
  const first = (position - 2 ** level) * span
  const count = shape.reduce((product, extent) => product * extent, 1)
  return [first, Math.min(first + span, count) - 1]
}

/** A value by its 32 bits: `0.53125 (0x3f080000)`. */
export function valueText(type: 'f32' | 'i32', bits: number): string {
  const value = scalarOfBits(type, bits)
  return `${type === 'f32' ? formatFloat(value) : value} (0x${(bits >>> 0).toString(16).padStart(8, '0')})`
}

/** The lane of an element in the word that holds it. */
export function laneInWord(kernel: Kernel, element: number, word: string): number {
  return readLane(kernel.storeType, fromHex(word, 32), element % (32 / byteSize(kernel.storeType)))
}

export const laneText = ({ storeType }: Kernel, lane: number): string => valueText(scalarOf(storeType), lane)

/** `block 1 of 2 (terms 128 to 143)` */
export function blockText({ program }: Trace, index: number, block: number): string {
  const kernel = program.kernels[index]!
  const terms = kernel.reduce!.extents.reduce((product, extent) => product * extent, 1)
  const first = block * kernel.reduce!.block
  return `block ${block + 1} of ${blockCount(kernel)}, terms ${first} to ${Math.min(first + kernel.reduce!.block, terms) - 1}`
}

/** `0x1a2b..c3d4` */
export const short = (hex: string): string => `${hex.slice(0, 6)}..${hex.slice(-4)}`

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

export const minutes = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`)
