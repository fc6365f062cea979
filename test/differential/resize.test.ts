import { describe } from 'node:test'
import type { TensorSource } from '@opine/models/onnx/encode.ts'
import type { Attribute } from '@opine/models/onnx/types.ts'
import { type Case, int, integers, ints, itAgrees, node, text, weights, x } from '../support/onnx-case.ts'

const floats = (name: string, ...data: number[]): TensorSource => ({ name, type: 'f32', shape: [data.length], data })
const NONE = [floats('roi'), floats('none')]

type Attributes = Record<string, Attribute>
const named = (mode: string, transformation: string, more: Attributes = {}): Attributes => ({
  mode: text(mode),
  coordinate_transformation_mode: text(transformation),
  ...more,
})

const bySizes = (sizes: readonly number[], attributes: Attributes, opset = 19, shape = [1, 2, 4, 5]): Case => ({
  inputs: x(...shape),
  nodes: [node('Resize', 'x roi none sizes', 'y', attributes)],
  weights: [...NONE, integers('sizes', ...sizes)],
  opset,
})
const byScales = (scales: readonly number[], attributes: Attributes, opset = 13, shape = [1, 2, 4, 5]): Case => ({
  inputs: x(...shape),
  nodes: [node('Resize', 'x roi scales', 'y', attributes)],
  weights: [NONE[0]!, floats('scales', ...scales)],
  opset,
})

const MODES = ['half_pixel', 'pytorch_half_pixel', 'asymmetric', 'align_corners', 'half_pixel_symmetric']
const ROUNDINGS = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']

const NEAREST: Record<string, Case> = {
  'by 2, free': {
    ...byScales([1, 1, 2, 2], named('nearest', 'asymmetric', { nearest_mode: text('floor') })),
    kernels: 1,
  },
  'Upsample by attributes': {
    inputs: x(1, 2, 3, 4),
    nodes: [node('Upsample', 'x', 'y', { scales: { floats: [1, 1, 2, 3] }, mode: text('nearest') })],
    opset: 7,
    kernels: 1,
  },
  'Upsample by an input': {
    inputs: x(1, 2, 3, 4),
    nodes: [node('Upsample', 'x s', 'y')],
    weights: [floats('s', 1, 1, 2, 1.5)],
    opset: 9,
  },
  'Resize before coordinates had modes': {
    inputs: x(1, 1, 4, 6),
    nodes: [node('Resize', 'x s', 'y')],
    weights: [floats('s', 1, 1, 0.5, 2)],
    opset: 10,
  },
  'of integers': { ...bySizes([1, 2, 8, 5], named('nearest', 'asymmetric', { nearest_mode: text('floor') })), type: 'i32' },
  tf_half_pixel_for_nn: byScales([1, 1, 2, 1], named('nearest', 'tf_half_pixel_for_nn'), 11),
}
for (const transformation of MODES) {
  for (const rounding of ROUNDINGS) {
    const attributes = named('nearest', transformation, { nearest_mode: text(rounding) })
    NEAREST[`${transformation}, ${rounding}, larger`] = bySizes([1, 2, 6, 10], attributes)
    const scales = transformation === 'align_corners' ? [1, 1, 0.5, 0.8] : [1, 1, 0.6, 0.8]
    NEAREST[`${transformation}, ${rounding}, smaller`] = byScales(scales, attributes, 19)
  }
}

const SUMS: Record<string, Case> = {
  'Upsample, linear': {
    inputs: x(1, 2, 3, 4),
    nodes: [node('Upsample', 'x s', 'y', { mode: text('linear') })],
    weights: [floats('s', 1, 1, 2, 2)],
    opset: 9,
    kernels: 2,
  },
  'after a channels-last convolution': {
    inputs: x(1, 2, 4, 4),
    nodes: [node('Conv', 'x w', 'h'), node('Resize', 'h roi s', 'y', named('linear', 'half_pixel'))],
    weights: [weights('w', 3, 2, 3, 3), NONE[0]!, floats('s', 1, 1, 2, 2)],
  },
  'one axis of three': {
    inputs: x(2, 5, 3),
    nodes: [node('Resize', 'x roi none sizes', 'y', named('linear', 'half_pixel', { axes: ints(-2) }))],
    weights: [...NONE, integers('sizes', 10)],
    opset: 18,
  },
  'not larger': bySizes([7, 8], named('linear', 'half_pixel', { axes: ints(2, 3), keep_aspect_ratio_policy: text('not_larger') })),
  'not smaller': bySizes([7, 8], named('linear', 'half_pixel', { axes: ints(2, 3), keep_aspect_ratio_policy: text('not_smaller') })),
  'to one element': bySizes([1, 2, 1, 1], named('linear', 'pytorch_half_pixel')),
}
for (const kind of ['linear', 'cubic']) {
  for (const transformation of MODES) {
    SUMS[`${kind}, ${transformation}, by 2`] = byScales([1, 1, 2, 2], named(kind, transformation), 19)
    SUMS[`${kind}, ${transformation}, smaller`] = bySizes([1, 2, 2, 3], named(kind, transformation))
    SUMS[`${kind}, ${transformation}, 4 to 7 and 5 to 3`] = bySizes([1, 2, 7, 3], named(kind, transformation))
  }
  SUMS[`${kind}, antialias`] = bySizes([1, 2, 4, 6], named(kind, 'half_pixel', { antialias: int(1) }), 18, [1, 2, 9, 13])
  SUMS[`${kind}, a region with extrapolation`] = {
    inputs: x(1, 1, 5, 6),
    nodes: [node('Resize', 'x region none sizes', 'y', named(kind, 'tf_crop_and_resize', { extrapolation_value: { float: 7 } }))],
    weights: [floats('region', 0, 0, 0.25, -0.3, 1, 1, 0.75, 1.2), floats('none'), integers('sizes', 1, 1, 4, 9)],
    opset: 13,
  }
}
SUMS['cubic, excluding what is outside'] = bySizes(
  [1, 2, 7, 3],
  named('cubic', 'half_pixel', { exclude_outside: int(1), cubic_coeff_a: { float: -0.5 } }),
)

for (const [family, cases] of Object.entries({ nearest: NEAREST, sums: SUMS })) {
  describe(`Resize, ${family}: agrees with ONNX Runtime`, () => itAgrees(cases))
}
