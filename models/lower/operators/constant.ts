import { packTensor } from '../../onnx/encode.ts'
import { constantOf } from '../constant.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'

function constant(node: NodeReader): Value[] {
  const name = node.node.outputs[0] ?? ''
  const [kind] = Object.keys(node.node.attributes)
  const attribute = kind ? node.attribute(kind) : null
  if (!attribute) throw node.invalid('has no value')
  if ('tensor' in attribute) return [{ type: attribute.tensor.type, view: constantOf({ ...attribute.tensor, name }) }]
  const list = (type: 'f32' | 'i64', data: readonly number[], shape: readonly number[]): Value[] => [
    { type, view: constantOf(packTensor({ name, type, shape, data })) },
  ]
  if ('float' in attribute) return list('f32', [attribute.float], [])
  if ('int' in attribute) return list('i64', [attribute.int], [])
  if ('floats' in attribute) return list('f32', attribute.floats, [attribute.floats.length])
  if ('ints' in attribute) return list('i64', attribute.ints, [attribute.ints.length])
  throw node.unsupported(`a value of kind ${kind}`, 'a tensor of numbers')
}

export const CONSTANTS: OperatorTable = { Constant: constant }
