import { describe } from 'node:test'
import type { Attribute, ElementType } from '@opine/models/onnx/types.ts'
import { type Case, int, itAgrees, node, weights } from '../../support/onnx-case.ts'

type Options = {
  readonly attributes?: Record<string, Attribute>
  readonly outputs?: string
  readonly types?: Record<string, ElementType>
  readonly feeds?: Record<string, readonly number[]>
  readonly kernels?: number
}

/** Inputs in the operator's order; `-` is one that is absent. */
function attention(
  inputs: Record<string, readonly number[]>,
  order: string,
  { attributes = {}, outputs = 'y', ...rest }: Options = {},
): Case {
  return {
    inputs,
    nodes: [node('Attention', order, outputs, attributes)],
    outputs: outputs.split(' '),
    opset: 23,
    ...rest,
  }
}

const HEADS = { q: [2, 3, 4, 8], k: [2, 3, 6, 8], v: [2, 3, 6, 5] } as const
const GROUPED = { q: [1, 6, 4, 8], k: [1, 2, 4, 8], v: [1, 2, 4, 8] } as const
const FLAT = { q: [2, 4, 24], k: [2, 6, 24], v: [2, 6, 24] } as const
const PAST = { ...HEADS, pk: [2, 3, 2, 8], pv: [2, 3, 2, 5] } as const
const heads = (queries: number, keys: number): Record<string, Attribute> => ({ q_num_heads: int(queries), kv_num_heads: int(keys) })
const bits = (count: number): number[] => Array.from({ length: count }, (_, index) => (index % 3 === 1 ? 0 : 1))
const MODES = [0, 1, 2, 3].map((mode) => [
  `that shows its scores in mode ${mode}`,
  attention({ ...HEADS, m: [4, 6] }, 'q k v m', {
    attributes: { qk_matmul_output_mode: int(mode), softcap: { float: 1.5 } },
    outputs: 'y nk nv s',
  }),
])

const CASES: Readonly<Record<string, Case>> = {
  'of four dimensions': attention(HEADS, 'q k v', { kernels: 5 }),
  'of three dimensions': attention(FLAT, 'q k v', { attributes: heads(3, 3), kernels: 5 }),
  'of long sequences, whose values are laid out anew': attention({ q: [1, 2, 40, 8], k: [1, 2, 40, 8], v: [1, 2, 40, 8] }, 'q k v', {
    kernels: 6,
  }),
  grouped: attention(GROUPED, 'q k v', { attributes: { is_causal: int(1) } }),
  'grouped, of three dimensions': attention({ q: [2, 4, 48], k: [2, 4, 16], v: [2, 4, 12] }, 'q k v', { attributes: heads(6, 2) }),
  causal: attention(HEADS, 'q k v', { attributes: { is_causal: int(1) }, kernels: 5 }),
  'with a scale and a softcap': attention(HEADS, 'q k v', { attributes: { scale: { float: 0.3 }, softcap: { float: 2 } }, kernels: 5 }),
  'with a mask of numbers': attention({ ...HEADS, m: [4, 6] }, 'q k v m', { kernels: 5 }),
  'with a mask of booleans for each head': attention({ ...HEADS, m: [2, 3, 4, 6] }, 'q k v m', {
    types: { m: 'bool' },
    feeds: { m: bits(144) },
  }),
  'with a mask for each item, causal': attention({ ...HEADS, m: [2, 1, 4, 6] }, 'q k v m', { attributes: { is_causal: int(1) } }),
  'with a past': attention(PAST, 'q k v - pk pv', { outputs: 'y nk nv' }),
  'with a past, a mask, causal, of three dimensions': attention(
    { ...FLAT, m: [4, 8], pk: [2, 3, 2, 8], pv: [2, 3, 2, 8] },
    'q k v m pk pv',
    {
      attributes: { ...heads(3, 3), is_causal: int(1) },
      outputs: 'y nk nv',
    },
  ),
  ...Object.fromEntries(MODES),
}

const ROTARY = (
  name: string,
  inputs: Record<string, readonly number[]>,
  order: string,
  attributes: Record<string, Attribute> = {},
): [string, Case] => [
  name,
  {
    inputs,
    nodes: [node('RotaryEmbedding', order, 'y', attributes)],
    weights: [weights('c', 10, 4), weights('ss', 10, 4), weights('half', 10, 2), weights('sine', 10, 2)],
    opset: 23,
    ...(order.endsWith(' p') ? { types: { p: 'i64' }, feeds: { p: [0, 3, 9, 2, 2, 1] } } : {}),
  },
]

const ROTATIONS = Object.fromEntries([
  ROTARY('by positions', { x: [2, 2, 3, 8], p: [2, 3] }, 'x c ss p'),
  ROTARY('interleaved', { x: [2, 2, 3, 8], p: [2, 3] }, 'x c ss p', { interleaved: int(1) }),
  ROTARY('of three dimensions', { x: [2, 3, 16], p: [2, 3] }, 'x c ss p', { num_heads: int(2) }),
  ROTARY('of three dimensions, interleaved, of the first elements', { x: [2, 3, 16], p: [2, 3] }, 'x half sine p', {
    num_heads: int(2),
    interleaved: int(1),
    rotary_embedding_dim: int(4),
  }),
  ROTARY('with angles given', { x: [2, 2, 3, 8], a: [2, 3, 4], b: [2, 3, 4] }, 'x a b'),
  ROTARY('with angles given, of the first elements', { x: [2, 2, 3, 8], a: [2, 3, 2], b: [2, 3, 2] }, 'x a b', {
    rotary_embedding_dim: int(4),
  }),
])

describe('Attention agrees with ONNX Runtime', () => {
  itAgrees(CASES)
})

describe('RotaryEmbedding agrees with ONNX Runtime', () => {
  itAgrees(ROTATIONS)
})
