import { quotient } from '../quotient.ts'

/** The runtime's own operators on blocked tensors, and its names of them. */
export const BLOCKED_DOMAIN = 'com.microsoft.nchwc'

/**
 * A tensor `[batch, channels, spatial..]` that the runtime has as `[batch, blocks, spatial.., block]`, the channels of the last block filled up.
 * @property name   of the blocked tensor
 * @property shape  of the tensor that its author knows
 */
export type Twin = { readonly name: string; readonly shape: readonly number[] }

/** Channels that a blocked tensor has. */
export const padded = (channels: number, block: number): number => Math.ceil(channels / block) * block

/** Puts where elements of a tensor of `shape` lie in its blocked twin in the place of their positions in the tensor. */
export function toBlocks(positions: Int32Array, [, channels, ...spatial]: readonly number[], block: number): void {
  const points = spatial.reduce((product, extent) => product * extent, 1)
  const blocks = padded(channels!, block) / block
  const [perPoint, perChannel, perBlock] = [1 / points, 1 / channels!, 1 / block]
  for (let i = 0; i < positions.length; i++) {
    const row = quotient(positions[i]!, perPoint)
    const point = positions[i]! - points * row
    const batch = quotient(row, perChannel)
    const channel = row - channels! * batch
    const outer = quotient(channel, perBlock)
    positions[i] = ((batch * blocks + outer) * points + point) * block + channel - block * outer
  }
}
