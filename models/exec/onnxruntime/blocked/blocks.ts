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

/** Where the element at a position of a tensor of `shape` lies in its blocked twin. */
export function blockedPosition([, channels, ...spatial]: readonly number[], block: number): (position: number) => number {
  const points = spatial.reduce((product, extent) => product * extent, 1)
  const blocks = padded(channels!, block) / block
  return (position) => {
    const point = position % points
    const row = Math.floor(position / points)
    const channel = row % channels!
    const batch = Math.floor(row / channels!)
    return ((batch * blocks + Math.floor(channel / block)) * points + point) * block + (channel % block)
  }
}
