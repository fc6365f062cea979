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
  for (let i = 0; i < positions.length; i++) {
    const point = positions[i]! % points
    const row = Math.floor(positions[i]! / points)
    const channel = row % channels!
    const batch = Math.floor(row / channels!)
    positions[i] = ((batch * blocks + Math.floor(channel / block)) * points + point) * block + (channel % block)
  }
}
