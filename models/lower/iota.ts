import { packTensor } from '../onnx/encode.ts'
import { constantOf } from './constant.ts'
import type { View } from './view.ts'

/** 0 .. count - 1 as a constant of one dimension: kernels compare with it where merging variables must stay free. */
export const iota = (count: number): View =>
  constantOf(packTensor({ name: `0 .. ${count - 1}`, type: 'i32', shape: [count], data: Array.from({ length: count }, (_, i) => i) }))
