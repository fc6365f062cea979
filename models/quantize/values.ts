import type { Attribute, GraphNode } from '../onnx/types.ts'
import type { Grid } from './grid.ts'

/** A tensor of integers in binary32: element = integer * step. `low` and `high` bound the integers. */
export type Code = {
  readonly kind: 'code'
  readonly name: string
  readonly shape: readonly number[]
  readonly steps: Grid
  readonly low: number
  readonly high: number
}

/**
 * A sum of products with constant weights: `rows` outputs, each of `width` terms. `weights` is row-major and in real units; `channel` names
 * the input channel that a weight is for.
 */
export type ProductTerm = {
  readonly kind: 'product'
  readonly form: 'conv' | 'deconv' | 'matmul'
  readonly input: Code
  readonly weights: Float64Array
  readonly width: number
  readonly channel: (row: number, index: number) => number
  /** Shape of a convolution's weights, also of a transposed one: rows first; of a matrix [columns, depth]. */
  readonly weightShape: readonly number[]
  /** Attributes of the Conv or the ConvTranspose. */
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** The input itself times one coefficient a row. `sum` names axes that are summed first, `count` elements. */
export type ScaleTerm = {
  readonly kind: 'scale'
  readonly input: Code
  readonly coefficients: Float64Array
  readonly sum: readonly number[]
  readonly count: number
  readonly keep: boolean
}

/** Products of two computed tensors, element by element or as matrices with `depth` terms; both have one step for all. */
export type PairTerm = {
  readonly kind: 'pair'
  readonly form: 'mul' | 'matmul'
  readonly left: Code
  readonly right: Code
  readonly depth: number
  readonly coefficients: Float64Array
}

export type Term = ProductTerm | ScaleTerm | PairTerm

/**
 * A linear region in the making: the sum of its terms and a bias, then a clip. Rows are the positions of `axis`.
 * @property name   tensor of the float model that it stands for
 * @property field  a constant that varies along other axes too, row-major over `shape` without leading extents of 1; null for none
 */
export type Region = {
  readonly kind: 'region'
  readonly name: string
  readonly shape: readonly number[]
  readonly axis: number
  readonly terms: readonly Term[]
  readonly bias: Float64Array
  readonly field: { readonly shape: readonly number[]; readonly data: Float64Array } | null
  readonly low: number
  readonly high: number
}

/** A tensor that is calculated in float, of that name in the new graph. */
export type Floats = { readonly kind: 'floats'; readonly name: string; readonly shape: readonly number[] }

/** A tensor that is no float, such as token ids, and is passed on as it is. */
export type Others = { readonly kind: 'others'; readonly name: string; readonly shape: readonly number[] }

/** A curved function of the tensor `root`, element by element, that nobody has asked for yet. */
export type Curve = {
  readonly kind: 'curve'
  readonly name: string
  readonly shape: readonly number[]
  readonly root: string
  readonly nodes: readonly GraphNode[]
}

export type Value = Code | Region | Curve | Floats | Others

export const rowsOf = (region: Region): number => region.shape[region.axis] ?? 1

export const isClipped = ({ low, high }: Region): boolean => low !== Number.NEGATIVE_INFINITY || high !== Number.POSITIVE_INFINITY

/** Greatest magnitude of the integers. */
export const magnitudeOf = ({ low, high }: Code): number => Math.max(Math.abs(low), Math.abs(high))
