import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { encodeModel, packTensor } from '@opine/models/onnx/encode.ts'
import type { Attribute, ElementType } from '@opine/models/onnx/types.ts'
import { expect } from 'chai'
import { randomNumbers } from '../../support/run-onnx.ts'

/** `shapes` and `types` are those of a node that ONNX allows, for the inputs that it has. */
type Form = {
  readonly shapes?: readonly (readonly number[])[]
  readonly types?: readonly ElementType[]
  readonly inputs: number
  readonly outputs: number
  readonly ints?: string[]
  readonly lists?: string[]
  /** Lists that are right but for an entry by chance. */
  readonly given?: Readonly<Record<string, readonly number[]>>
  readonly floats?: string[]
}

const RNN = {
  inputs: 8,
  outputs: 2,
  ints: ['hidden_size', 'linear_before_reset', 'input_forget', 'layout'],
  floats: ['clip'],
  lists: [],
} satisfies Form
/** Three steps of two items, two inputs and two units. */
const layer = (gates: number): number[][] => [
  [3, 2, 2],
  [1, 2 * gates, 2],
  [1, 2 * gates, 2],
  [1, 4 * gates],
  [2],
  [1, 2, 2],
  [1, 2, 2],
  [1, 6],
]
/** A tree of one node and two leaves, of which each list has an entry for each node or each vote. */
const TREE: Readonly<Record<string, readonly number[]>> = {
  nodes_treeids: [0, 0, 0],
  nodes_nodeids: [0, 1, 2],
  nodes_featureids: [1, 0, 0],
  nodes_truenodeids: [1, 0, 0],
  nodes_falsenodeids: [2, 0, 0],
  class_treeids: [0, 0],
  class_nodeids: [1, 2],
  class_ids: [0, 1],
  classlabels_int64s: [4, 5],
  target_treeids: [0, 0],
  target_nodeids: [1, 2],
  target_ids: [0, 0],
}
/** The same as version 5 has it. */
const ENSEMBLE: typeof TREE = {
  tree_roots: [0],
  nodes_featureids: [1],
  nodes_truenodeids: [0],
  nodes_falsenodeids: [1],
  nodes_trueleafs: [1],
  nodes_falseleafs: [1],
  leaf_targetids: [0, 0],
}
const FORMS: Readonly<Record<string, Form>> = {
  ConvTranspose: {
    shapes: [[1, 2, 3, 3], [2, 1, 2, 2], [1]],
    inputs: 3,
    outputs: 1,
    ints: ['group'],
    lists: ['strides', 'pads', 'dilations', 'output_padding', 'output_shape', 'kernel_shape'],
  },
  Einsum: {
    shapes: [
      [2, 3],
      [3, 4],
    ],
    inputs: 2,
    outputs: 1,
  },
  RNN: { ...RNN, shapes: layer(1) },
  GRU: { ...RNN, shapes: layer(3) },
  LSTM: { ...RNN, shapes: layer(4) },
  Attention: {
    shapes: [
      [1, 2, 3, 4],
      [1, 2, 5, 4],
      [1, 2, 5, 4],
      [3, 5],
    ],
    inputs: 7,
    outputs: 4,
    ints: ['q_num_heads', 'kv_num_heads', 'is_causal', 'qk_matmul_output_mode', 'left_window_size'],
    floats: ['scale', 'softcap'],
  },
  RotaryEmbedding: {
    shapes: [
      [1, 2, 3, 4],
      [5, 2],
      [5, 2],
      [1, 3],
    ],
    types: ['f32', 'f32', 'f32', 'i64'],
    inputs: 4,
    outputs: 1,
    ints: ['num_heads', 'rotary_embedding_dim', 'interleaved'],
  },
  QuantizeLinear: {
    shapes: [[2, 4], [4], [4]],
    types: ['f32', 'f32', 'u8'],
    inputs: 3,
    outputs: 1,
    ints: ['axis', 'block_size', 'output_dtype'],
  },
  DequantizeLinear: { shapes: [[2, 4], [4], [4]], types: ['u8', 'f32', 'u8'], inputs: 3, outputs: 1, ints: ['axis', 'block_size'] },
  DynamicQuantizeLinear: { inputs: 1, outputs: 3 },
  QLinearConv: {
    shapes: [[1, 2, 3, 3], [], [], [2, 2, 2, 2], [], [], [], [], [2]],
    types: ['u8', 'f32', 'u8', 'i8', 'f32', 'i8', 'f32', 'u8', 'i32'],
    inputs: 9,
    outputs: 1,
    ints: ['group'],
    lists: ['strides', 'pads', 'dilations'],
  },
  QLinearMatMul: {
    shapes: [[2, 3], [], [], [3, 4], [], [], [], []],
    types: ['u8', 'f32', 'u8', 'i8', 'f32', 'i8', 'f32', 'u8'],
    inputs: 8,
    outputs: 1,
  },
  ConvInteger: {
    shapes: [[1, 2, 3, 3], [2, 2, 2, 2], [], []],
    types: ['u8', 'i8', 'u8', 'i8'],
    inputs: 4,
    outputs: 1,
    ints: ['group'],
    lists: ['pads'],
  },
  MatMulInteger: { shapes: [[2, 3], [3, 4], [2], [4]], types: ['u8', 'i8', 'u8', 'i8'], inputs: 4, outputs: 1 },
  'ai.onnx.ml.TreeEnsembleClassifier': { shapes: [[2, 2]], inputs: 1, outputs: 2, given: TREE },
  'ai.onnx.ml.TreeEnsembleRegressor': { shapes: [[2, 2]], inputs: 1, outputs: 1, ints: ['n_targets'], given: TREE },
  'ai.onnx.ml.TreeEnsemble': {
    shapes: [[2, 2]],
    inputs: 1,
    outputs: 1,
    ints: ['n_targets', 'aggregate_function'],
    given: ENSEMBLE,
  },
  'ai.onnx.ml.LinearClassifier': { shapes: [[2, 2]], inputs: 1, outputs: 2, given: { classlabels_ints: [3, 4] } },
  'ai.onnx.ml.LinearRegressor': { shapes: [[2, 2]], inputs: 1, outputs: 1, ints: ['targets'] },
  'ai.onnx.ml.Scaler': { shapes: [[2, 2]], inputs: 1, outputs: 1 },
  'ai.onnx.ml.Normalizer': { shapes: [[2, 2]], inputs: 1, outputs: 1 },
  'ai.onnx.ml.ArrayFeatureExtractor': { shapes: [[2, 2], [2]], types: ['f32', 'i64'], inputs: 2, outputs: 1 },
  'ai.onnx.ml.Imputer': { shapes: [[2, 2]], inputs: 1, outputs: 1 },
}

const EXTENTS = [1, 1, 2, 3, 4, 8, 100_000]
const NUMBERS = [0, 0, 1, 1, 2, 2, 3, 4, -1, -7, 31, 1000, 2 ** 31, -(2 ** 40)]
const TYPES: readonly ElementType[] = ['f32', 'f32', 'f32', 'u8', 'i8', 'i32', 'i64', 'bool', 'f16']

/** A node with shapes, types and attributes by chance, most of which ONNX does not allow. */
function nodeBy(name: string, form: Form, seed: number): Uint8Array {
  const random = randomNumbers(400, seed)
  const below = (limit: number): number => Math.floor(((random.pop()! + 1) / 2) * limit)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const many = (): number[] => Array.from({ length: below(5) }, () => pick(NUMBERS))
  const parts = name.split('.')
  const inputs = Array.from({ length: form.inputs }, (_, index) => {
    const plain = below(10) > 0
    const own = form.shapes?.[index]
    const shape = plain && own ? own : Array.from({ length: below(5) }, () => pick(EXTENTS))
    return { name: `i${index}`, type: plain ? (form.types?.[index] ?? 'f32') : pick(TYPES), shape }
  })
  const attributes: Record<string, Attribute> = {}
  for (const key of form.ints ?? []) if (below(4) === 0) attributes[key] = { int: pick(NUMBERS) }
  for (const key of form.floats ?? []) if (below(4) === 0) attributes[key] = { float: pick([0, -1, 1e30, Number.NaN]) }
  for (const key of form.lists ?? []) if (below(4) === 0) attributes[key] = { ints: many() }
  if (name === 'Einsum')
    attributes.equation = { string: pick(['ij,jk->ik', '...i,i...', 'ii,jj', 'ij->', ',->', 'abcdefghijkl,a', '->', 'i,i,i']) }
  for (const [key, list] of Object.entries(form.given ?? {})) {
    attributes[key] = { ints: list.map((value) => (below(24) === 0 ? pick(NUMBERS) : value)) }
  }
  const floats = (...data: number[]): Attribute => ({ floats: data.map((value) => (below(12) === 0 ? pick([Number.NaN, 1e30]) : value)) })
  const packed = (type: ElementType, ...data: number[]): Attribute => ({
    tensor: packTensor({ name: '', type, shape: [data.length], data }),
  })
  if (name.endsWith('TreeEnsemble')) {
    Object.assign(attributes, {
      nodes_modes: packed('u8', pick([0, 1, 5, 6, 9])),
      nodes_splits: packed('f32', 0.5),
      leaf_weights: packed('f32', 1, 2),
    })
    attributes.membership_values = packed('f32', ...pick([[], [1], [1, Number.NaN], [Number.NaN]]))
  } else if (name.includes('Tree')) {
    attributes.nodes_modes = { strings: ['BRANCH_LEQ', 'LEAF', pick(['LEAF', 'LEAF', 'LEAF', 'BRANCH_GT', '?'])] }
    Object.assign(attributes, { nodes_values: floats(0.5, 0, 0), class_weights: floats(1, -1), target_weights: floats(1, 2) })
  }
  if (parts.length > 1)
    Object.assign(attributes, { coefficients: floats(1, 2, 3, 4), intercepts: floats(1, 2), offset: floats(1), scale: floats(1, 2) })
  if (name.endsWith('Imputer')) attributes.imputed_value_floats = floats(7)
  const outputs = Array.from({ length: form.outputs }, (_, index) => `o${index}`)
  const used = inputs.map((input, index) =>
    index > 0 && (below(4) === 0 || (form.shapes !== undefined && form.shapes[index] === undefined)) ? '' : input.name,
  )
  return encodeModel({
    name: 'hostile',
    opset: 24,
    domains: { 'ai.onnx.ml': 5 },
    inputs,
    outputs: outputs.map((output) => ({ name: output, type: 'f32', shape: null })),
    nodes: [{ op: parts.at(-1)!, domain: parts.slice(0, -1).join('.'), inputs: used, outputs, attributes }],
  })
}

describe('nodes by chance give a program or one OpineError', () => {
  for (const [name, form] of Object.entries(FORMS)) {
    it(name, () => {
      for (let seed = 0; seed < 300; seed += 1) {
        try {
          compile(nodeBy(name, form, seed), { anyOpset: true })
        } catch (error) {
          if (!(error instanceof OpineError)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error })
          expect(error.message).to.be.a('string')
        }
      }
    })
  }
})
