import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { encodeModel, type ModelSource, type NodeSource, packTensor, type TensorSource } from '../onnx/encode.ts'
import type { Attribute } from '../onnx/types.ts'
import { compile } from './compile.ts'

const node = (op: string, inputs: string, output: string, attributes: Record<string, Attribute> = {}): NodeSource => ({
  op,
  name: `the ${op}`,
  inputs: inputs.split(' '),
  outputs: output.split(' '),
  attributes,
})
const whole = (name: string, ...data: number[]): TensorSource => ({ name, type: 'i64', shape: [data.length], data })
const text = (value: string): Attribute => ({ string: value })
const int = (value: number): Attribute => ({ int: value })

const model = (nodes: readonly NodeSource[], initializers: readonly TensorSource[] = [], more: Partial<ModelSource> = {}): Uint8Array =>
  encodeModel({
    name: 'm',
    opset: 18,
    inputs: [
      { name: 'x', type: 'f32', shape: [2, 6] },
      { name: 'i', type: 'i64', shape: [2] },
    ],
    outputs: [{ name: 'y', type: 'f32', shape: null }],
    nodes,
    initializers,
    ...more,
  })

function refusal(file: Uint8Array): { readonly code: string; readonly message: string } {
  try {
    compile(file)
  } catch (error) {
    if (error instanceof OpineError) return error
    throw error
  }
  return { code: 'none', message: '' }
}

const HUGE = 2_000_000_000

describe('movement operators refuse with one typed error', () => {
  it('forms that they do not have, naming node, operator and the nearest one', () => {
    const cases: readonly [NodeSource, RegExp][] = [
      [node('Slice', 'x i i', 'y'), /the Slice.*Slice.*input 1 \('i'\).*constant/],
      [node('Reshape', 'x i', 'y'), /the Reshape.*constant/],
      [node('Tile', 'x i', 'y'), /the Tile.*constant/],
      [node('NonZero', 'x', 'y'), /the NonZero.*constant/],
      [node('Range', 'x x x', 'y'), /the Range.*constant/],
      [node('Compress', 'x i', 'y'), /the Compress.*constant/],
      [node('Resize', 'x   i', 'y', { mode: text('linear') }), /the Resize.*constant/],
    ]
    for (const [each, message] of cases) {
      const { code, message: said } = refusal(model([each]))
      expect(code, each.op).to.equal('UNSUPPORTED_OPERATOR')
      expect(said).to.match(message)
    }
    expect(refusal(model([node('SequenceConstruct', 'x x', 'y')])).code).to.equal('UNSUPPORTED_OPERATOR')
    const integers = { inputs: [{ name: 'x', type: 'i32', shape: [2, 6] }] } as const
    const scales: TensorSource = { name: 's', type: 'f32', shape: [2], data: [1, 2] }
    const linear = node('Resize', 'x  s', 'y', { mode: text('linear') })
    expect(refusal(model([linear], [scales], integers)).message).to.match(/linear of integers.*nearest/)
  })

  it('nodes that ONNX does not allow', () => {
    const bad: readonly [NodeSource, readonly TensorSource[]][] = [
      [node('Gather', 'x k', 'y'), [whole('k', 2)]],
      [node('Gather', 'x k', 'y', { axis: int(2) }), [whole('k', 0)]],
      [node('GatherElements', 'x k', 'y'), [whole('k', 0)]],
      [node('GatherND', 'x k', 'y'), [whole('k', 0, 0, 0)]],
      [node('ScatterND', 'x k x', 'y'), [whole('k', 0)]],
      [node('Split', 'x k', 'y z'), [whole('k', 1, 2)]],
      [node('Pad', 'x k', 'y'), [whole('k', 1, 2)]],
      [node('Pad', 'x k', 'y', { mode: text('mirror') }), [whole('k', 1, 1, 1, 1)]],
      [node('Pad', 'x k', 'y'), [whole('k', -1, 0, -1, 0)]],
      [node('Slice', 'x k k k k', 'y'), [whole('k', 0)]],
      [node('Expand', 'x k', 'y'), [whole('k', 5)]],
      [node('DepthToSpace', 'x', 'y', { blocksize: int(2) }), []],
      [node('Concat', 'x i', 'y', { axis: int(0) }), []],
      [node('If', 'x', 'y'), []],
    ]
    for (const [each, initializers] of bad) expect(refusal(model([each], initializers)).code, each.op).to.equal('INVALID_NODE')
  })

  it('small files that ask for much', () => {
    const spread = node('ConstantOfShape', 'k', 'w', { value: { tensor: packTensor(whole('v', 1)) } })
    const big: readonly [readonly NodeSource[], readonly TensorSource[]][] = [
      [[node('Pad', 'x k', 'y', { mode: text('reflect') })], [whole('k', 0, HUGE, 0, 0)]],
      [[node('Pad', 'x k', 'p'), node('Relu', 'p', 'y')], [whole('k', 0, HUGE, 0, HUGE)]],
      [[node('Tile', 'x k', 'p'), node('Relu', 'p', 'y')], [whole('k', HUGE, 3)]],
      [[node('Resize', 'x   k', 'y', { mode: text('linear') })], [whole('k', 2, HUGE)]],
      [[node('Resize', 'x   k', 'y', { coordinate_transformation_mode: text('align_corners') })], [whole('k', 2, HUGE)]],
      [[node('OneHot', 'i k v', 'y')], [whole('k', HUGE), { name: 'v', type: 'f32', shape: [2], data: [0, 1] }]],
      [[spread, node('Reshape', 'x w', 'y')], [whole('k', HUGE)]],
      [[spread, node('Gather', 'w i', 'g'), node('Gather', 'x g', 'y')], [whole('k', HUGE)]],
      [
        [node('Range', 'z k one', 'r'), node('Gather', 'x r', 'y')],
        [
          ...([
            ['z', 0],
            ['k', HUGE],
            ['one', 1],
          ] as const),
        ].map(([name, value]) => ({ name, type: 'i64', shape: [], data: [value] }) as const),
      ],
    ]
    for (const [nodes, initializers] of big) {
      const started = performance.now()
      const { code } = refusal(model(nodes, initializers))
      expect(code, nodes[0]!.op).to.be.oneOf(['TENSOR_TOO_LARGE', 'UNSUPPORTED_OPERATOR', 'none'])
      expect(performance.now() - started).to.be.below(5000)
    }
  })

  it('any damage of a file', () => {
    const good = model(
      [
        node('Split', 'x', 'a b', { axis: int(1), num_outputs: int(2) }),
        node('Pad', 'a p', 'c', { mode: text('reflect') }),
        node('Gather', 'c i', 'd', { axis: int(1) }),
        node('Trilu', 'd', 'e'),
        node('Tile', 'e r', 'f'),
        node('ScatterElements', 'x f f', 'g'),
        node('Resize', 'b   z', 'h', { mode: text('linear') }),
        node('Shape', 'h', 's'),
        node('Concat', 's s', 't', { axis: int(0) }),
        node('Slice', 't o', 'u'),
        node('Expand', 'h u', 'y'),
      ],
      [whole('p', 0, 1, 0, 1), whole('r', 1, 2), whole('z', 2, 7), whole('o', 2, 4)],
    )
    const seen = new Set<string>()
    for (let bit = 0; bit < good.length * 8; bit += 3) {
      const bytes = good.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      seen.add(refusal(bytes).code)
    }
    expect([...seen]).to.include.members(['UNSUPPORTED_OPERATOR', 'INVALID_NODE', 'TENSOR_LENGTH', 'UNDEFINED_TENSOR'])
  })
})
