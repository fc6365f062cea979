/** Where in the input the elements of a resized axis lie. In binary32, as ONNX Runtime calculates: ties of `nearest` depend on it. */

/** One axis. `scale` is a binary32 value; the region is that of tf_crop_and_resize, 0 .. 1 for the whole axis. */
export type ResizedAxis = {
  readonly input: number
  readonly output: number
  readonly scale: number
  readonly region: readonly [start: number, end: number]
}

type Transformation = (position: number, axis: ResizedAxis) => number

const f = Math.fround

const halfPixel: Transformation = (position, { scale }) => f(f((position + 0.5) / scale) - 0.5)

/** Values of the attribute coordinate_transformation_mode. */
export const TRANSFORMATIONS: Readonly<Record<string, Transformation>> = {
  half_pixel: halfPixel,
  pytorch_half_pixel: (position, axis) => (axis.output > 1 ? halfPixel(position, axis) : 0),
  half_pixel_symmetric: (position, axis) => {
    const adjustment = f(axis.output / f(axis.scale * axis.input))
    return f(f(f(axis.input / 2) * f(1 - adjustment)) + halfPixel(position, axis))
  },
  asymmetric: (position, { scale }) => f(position / scale),
  align_corners: (position, { input, output }) => (output > 1 ? f((position * (input - 1)) / (output - 1)) : 0),
  tf_half_pixel_for_nn: (position, { scale }) => f((position + 0.5) / scale),
  tf_crop_and_resize: (position, { input, output, region: [start, end] }) => {
    if (output === 1) return f(f(0.5 * f(start + end)) * (input - 1))
    return f(f(start * (input - 1)) + f(f(f(position * f(end - start)) * (input - 1)) / (output - 1)))
  },
}

/** Values of the attribute nearest_mode, and `simple` for operator sets before 11, which floor when enlarging. */
export const ROUNDINGS: Readonly<Record<string, (coordinate: number, scale: number) => number>> = {
  round_prefer_floor: (coordinate) => Math.ceil(coordinate - 0.5),
  round_prefer_ceil: (coordinate) => Math.floor(coordinate + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
  simple: (coordinate, scale) => (scale < 1 ? Math.ceil(coordinate) : Math.floor(coordinate)),
}
