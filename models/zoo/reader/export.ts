import { encodeModel, type TensorSource } from '../../onnx/encode.ts'
import type { Parameter } from '../training/parameter.ts'
import { LENGTH } from './brackets.ts'
import type { Reader } from './network.ts'

/**
 * The trained reader as an ONNX file of operator set 17. Input `text` i64 [1, 24], as `tokensOf` writes it; output `balanced` f32 [1, 1], the
 * probability that the brackets balance.
 */
export function exportReader({ embedding, gru, weight, bias }: Reader): Uint8Array {
  const [w, r, wb, rb] = gru.parameters
  const [width, gates] = w.shape as [number, number]
  const hidden = gates / 3
  const tensor = (name: string, shape: readonly number[], data: ArrayLike<number>): TensorSource => ({ name, type: 'f32', shape, data })
  return encodeModel({
    name: 'reader',
    opset: 17,
    inputs: [{ name: 'text', type: 'i64', shape: [1, LENGTH] }],
    outputs: [{ name: 'balanced', type: 'f32', shape: [1, 1] }],
    nodes: [
      { op: 'Gather', name: 'embedded', inputs: ['embedding', 'text'], outputs: ['embedded'] },
      { op: 'Transpose', name: 'steps', inputs: ['embedded'], outputs: ['steps'], attributes: { perm: { ints: [1, 0, 2] } } },
      {
        op: 'GRU',
        name: 'gru',
        inputs: ['steps', 'gru.w', 'gru.r', 'gru.b'],
        outputs: ['', 'state'],
        attributes: { hidden_size: { int: hidden }, linear_before_reset: { int: 1 } },
      },
      { op: 'Squeeze', name: 'last', inputs: ['state', 'direction'], outputs: ['last'] },
      {
        op: 'Gemm',
        name: 'logit',
        inputs: ['last', 'head.weight', 'head.bias'],
        outputs: ['logit'],
        attributes: { transB: { int: 1 } },
      },
      { op: 'Sigmoid', name: 'balanced', inputs: ['logit'], outputs: ['balanced'] },
    ],
    initializers: [
      tensor('embedding', embedding.shape, embedding.value),
      tensor('gru.w', [1, gates, width], transposedValues(w)),
      tensor('gru.r', [1, gates, hidden], transposedValues(r)),
      tensor('gru.b', [1, 2 * gates], [...wb.value, ...rb.value]),
      tensor('head.weight', weight.shape, weight.value),
      tensor('head.bias', bias.shape, bias.value),
      { name: 'direction', type: 'i64', shape: [1], data: [0] },
    ],
  })
}

function transposedValues({ shape, value }: Parameter): number[] {
  const [rows, columns] = shape as [number, number]
  return Array.from({ length: rows * columns }, (_, i) => value[(i % rows) * columns + Math.floor(i / rows)]!)
}
