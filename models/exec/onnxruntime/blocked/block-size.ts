import { encodeModel } from '../../../onnx/encode.ts'
import { BLOCKED_DOMAIN, toBlocks } from './blocks.ts'

type Runtime = typeof import('onnxruntime-node')

/** Sizes that the runtime's kernels may have, by the width of a machine's vectors. */
const SIZES = [4, 8, 16, 32] as const
const SHAPE = [1, 64, 1, 3] as const

/** Channels in a block on this machine, found by looking where the runtime puts elements; null where it has no such kernels. */
export async function blockSize({ InferenceSession, Tensor }: Runtime): Promise<number | null> {
  const count = SHAPE[1] * SHAPE[3]
  const model = encodeModel({
    name: 'blocks',
    domains: { [BLOCKED_DOMAIN]: 1 },
    inputs: [{ name: 'x', type: 'f32', shape: SHAPE }],
    outputs: [{ name: 'y', type: 'f32', shape: SHAPE }],
    nodes: [{ op: 'ReorderInput', domain: BLOCKED_DOMAIN, inputs: ['x'], outputs: ['y'] }],
  })
  try {
    const session = await InferenceSession.create(model, { logSeverityLevel: 4 })
    const x = new Tensor(
      'float32',
      Float32Array.from({ length: count }, (_, at) => at),
      SHAPE,
    )
    const found = (await session.run({ x })).y!.data as Float32Array
    await session.release()
    const fits = (size: number): boolean => {
      const places = Int32Array.from({ length: count }, (_, at) => at)
      toBlocks(places, SHAPE, size)
      return places.every((place, at) => found[place] === at)
    }
    return SIZES.find(fits) ?? null
  } catch {
    // Machines without such kernels have no blocks to keep.
    return null
  }
}
