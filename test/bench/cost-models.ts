import { type CompiledModel, compile } from '@opine/models/lower/compile.ts'
import { encodeModel, type NodeSource, type TensorSource } from '@opine/models/onnx/encode.ts'
import type { Attribute } from '@opine/models/onnx/types.ts'

/** Models that differ in one extent. @property sizes  that extent's values, and `model` the model of one */
export type Family = { readonly name: string; readonly sizes: readonly number[]; readonly model: (size: number) => CompiledModel }

/** Weights whose values matter to nothing that is measured, but that no engine knows: neither zeros nor alike. */
function weights(name: string, shape: readonly number[]): TensorSource {
  const count = shape.reduce((total, extent) => total * extent, 1)
  return { name, type: 'f32', shape, data: Float32Array.from({ length: count }, (_, at) => (((at * 37) % 129) - 64) / 1024) }
}

const KERNEL: Readonly<Record<string, Attribute>> = {
  kernel_shape: { ints: [3, 3] },
  pads: { ints: [1, 1, 1, 1] },
}

/** Convolutions of 3x3 one after the other, each with its ReLU. @param channels  of the input and of every layer */
function convolutions(channels: readonly number[], side: number): CompiledModel {
  const layers = channels.slice(1)
  const nodes = layers.flatMap((_, layer): NodeSource[] => [
    { op: 'Conv', inputs: [layer === 0 ? 'x' : `r${layer - 1}`, `w${layer}`], outputs: [`c${layer}`], attributes: KERNEL },
    { op: 'Relu', inputs: [`c${layer}`], outputs: [`r${layer}`] },
  ])
  return compile(
    encodeModel({
      name: 'convolutions',
      inputs: [{ name: 'x', type: 'f32', shape: [1, channels[0]!, side, side] }],
      outputs: [{ name: `r${layers.length - 1}`, type: 'f32', shape: [1, channels.at(-1)!, side, side] }],
      nodes,
      initializers: layers.map((count, layer) => weights(`w${layer}`, [count, channels[layer]!, 3, 3])),
    }),
  )
}

const multiplication = (side: number): CompiledModel =>
  compile(
    encodeModel({
      name: 'product',
      inputs: [{ name: 'x', type: 'f32', shape: [side, side] }],
      outputs: [{ name: 'y', type: 'f32', shape: [side, side] }],
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
      initializers: [weights('w', [side, side])],
    }),
  )

export const FAMILIES: readonly Family[] = [
  {
    name: 'four convolutions, larger images',
    sizes: [24, 32, 48, 64, 96, 128, 192, 256],
    model: (side) => convolutions([3, 32, 32, 32, 16], side),
  },
  { name: 'one convolution, more channels', sizes: [16, 24, 32, 48, 64, 96, 128, 192], model: (count) => convolutions([count, count], 56) },
  { name: 'more convolutions', sizes: [1, 2, 4, 8, 16, 32], model: (count) => convolutions(Array(count + 1).fill(32), 56) },
  { name: 'products of square matrices', sizes: [64, 96, 128, 192, 256, 384, 512, 768], model: multiplication },
]
