import { encodeModel, type NodeSource, type TensorSource } from '../../onnx/encode.ts'
import { BLOCKS, CONTEXT, HEADS, type StoryModel, WIDTH } from './network.ts'
import { EPSILON } from './rows.ts'
import { VOCABULARY } from './vocabulary.ts'

/** What comes before a token that a token may not look at: so little that its share is 0. */
const NEVER = -1e9

/**
 * The trained model as an ONNX file of operator set 20. Input `tokens` i64 [1, 48], 0 to 88; output `logits` f32 [1, 48, 89] of the token
 * after each. A token does not see later ones, so a shorter text may be filled up with anything.
 */
export function exportModel({ parameters }: StoryModel): Uint8Array {
  const initializers = parameters.map(({ shape, value }, index): TensorSource => ({ name: NAMES[index]!, type: 'f32', shape, data: value }))
  return encodeModel({
    name: 'story',
    opset: 20,
    inputs: [{ name: 'tokens', type: 'i64', shape: [1, CONTEXT] }],
    outputs: [{ name: 'logits', type: 'f32', shape: [1, CONTEXT, VOCABULARY] }],
    nodes: [
      { op: 'Gather', name: 'words', inputs: ['word_embedding', 'tokens'], outputs: ['words'] },
      node('Add', ['words', 'place_embedding'], 'x0'),
      ...Array.from({ length: BLOCKS }, (_, block) => blockNodes(block)).flat(),
      norm(`x${BLOCKS}`, 'norm'),
      ...linear('norm', 'head', 'logits'),
    ],
    initializers: [
      ...initializers,
      { name: 'causal_mask', type: 'f32', shape: [CONTEXT, CONTEXT], data: causalMask() },
      { name: 'scale', type: 'f32', shape: [], data: [Math.fround(1 / Math.sqrt(WIDTH / HEADS))] },
      { name: 'split_heads', type: 'i64', shape: [4], data: [1, CONTEXT, HEADS, WIDTH / HEADS] },
      { name: 'join_heads', type: 'i64', shape: [3], data: [1, CONTEXT, WIDTH] },
    ],
  })
}

const blockNames = (block: number): string[] =>
  ['norm1', 'project', 'combine', 'norm2', 'grow', 'shrink'].flatMap((layer) => pair(`b${block}.${layer}`))
const pair = (name: string): string[] => [`${name}.weight`, `${name}.bias`]
/** Names of `StoryModel.parameters`. */
const NAMES = [
  'word_embedding',
  'place_embedding',
  ...Array.from({ length: BLOCKS }, (_, block) => blockNames(block)).flat(),
  ...pair('norm'),
  ...pair('head'),
]

/** Block `block` from `x<block>` to `x<block + 1>`. */
function blockNodes(block: number): NodeSource[] {
  const name = (part: string): string => `b${block}.${part}`
  const heads = (part: string, permutation: readonly number[]): NodeSource[] => [
    node('Reshape', [name(part), 'split_heads'], name(`${part}.split`)),
    node('Transpose', [name(`${part}.split`)], name(`${part}.heads`), { perm: { ints: permutation } }),
  ]
  return [
    norm(`x${block}`, name('norm1')),
    ...linear(name('norm1'), name('project'), name('projected')),
    {
      op: 'Split',
      name: name('parts'),
      inputs: [name('projected')],
      outputs: [name('query'), name('key'), name('value')],
      attributes: { axis: { int: 2 }, num_outputs: { int: 3 } },
    },
    ...heads('query', [0, 2, 1, 3]),
    ...heads('key', [0, 2, 3, 1]),
    ...heads('value', [0, 2, 1, 3]),
    node('MatMul', [name('query.heads'), name('key.heads')], name('products')),
    node('Mul', [name('products'), 'scale'], name('scores')),
    node('Add', [name('scores'), 'causal_mask'], name('masked')),
    node('Softmax', [name('masked')], name('shares'), { axis: { int: -1 } }),
    node('MatMul', [name('shares'), name('value.heads')], name('context.heads')),
    node('Transpose', [name('context.heads')], name('context.split'), { perm: { ints: [0, 2, 1, 3] } }),
    node('Reshape', [name('context.split'), 'join_heads'], name('context')),
    ...linear(name('context'), name('combine'), name('looked')),
    node('Add', [`x${block}`, name('looked')], name('middle')),
    norm(name('middle'), name('norm2')),
    ...linear(name('norm2'), name('grow'), name('grown')),
    node('Gelu', [name('grown')], name('active')),
    ...linear(name('active'), name('shrink'), name('thought')),
    node('Add', [name('middle'), name('thought')], `x${block + 1}`),
  ]
}

/** The node is called as its output. */
const node = (op: string, inputs: readonly string[], output: string, attributes: NodeSource['attributes'] = {}): NodeSource => ({
  op,
  name: output,
  inputs,
  outputs: [output],
  attributes,
})

const norm = (input: string, name: string): NodeSource =>
  node('LayerNormalization', [input, ...pair(name)], name, { axis: { int: -1 }, epsilon: { float: EPSILON } })

const linear = (input: string, name: string, output: string): NodeSource[] => [
  node('MatMul', [input, `${name}.weight`], `${name}.product`),
  node('Add', [`${name}.product`, `${name}.bias`], output),
]

const causalMask = (): number[] => Array.from({ length: CONTEXT * CONTEXT }, (_, i) => (i % CONTEXT <= Math.floor(i / CONTEXT) ? 0 : NEVER))
