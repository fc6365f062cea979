/** Words for `NodeCase`s. */
import type { Attribute, ElementType } from '@opine/models/onnx/types.ts'
import type { Given } from './one-node.ts'
import { randomNumbers } from './run-onnx.ts'

/** Every special value and ordinary ones. */
export const SPECIAL: readonly number[] = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0],
  ...[0.5, -0.5, 1.5, -1.5, 2.5, 1, -1, 3e-39, 1e30, -1e30, 100, -100],
]

export const tensor = (type: ElementType, data: readonly number[], shape: readonly number[] = [data.length]): Given => ({
  type,
  shape,
  data,
})
export const floats = (data: readonly number[], shape?: readonly number[]): Given => tensor('f32', data, shape)
export const known = (given: Given): Given => ({ ...given, known: true })

/** Numbers between `-scale` and `scale`. */
export const random = (count: number, scale: number, seed = 1): number[] =>
  randomNumbers(count, seed).map((value) => Math.fround(value * scale))

/** A tensor of such numbers. */
export const randomTensor = (shape: readonly number[], scale = 3, seed = 1): Given =>
  floats(
    random(
      shape.reduce((a, b) => a * b, 1),
      scale,
      seed,
    ),
    shape,
  )

/** Whole numbers between -9 and 9, with many equal ones. */
export const wholeTensor = (type: ElementType, shape: readonly number[], seed = 1): Given =>
  tensor(
    type,
    random(
      shape.reduce((a, b) => a * b, 1),
      type === 'u8' ? 4.5 : 9,
      seed,
    ).map((value) => Math.round(value) + (type === 'u8' ? 5 : 0)),
    shape,
  )

/** Two operands that meet in all pairs by broadcasting. */
export const pairs = (type: ElementType, values: readonly number[], others = values): Given[] => [
  tensor(type, values, [values.length, 1]),
  tensor(type, others),
]

export const float = (value: number): Attribute => ({ float: value })
export const int = (value: number): Attribute => ({ int: value })
export const ints = (...values: number[]): Attribute => ({ ints: values })
export const text = (value: string): Attribute => ({ string: value })
