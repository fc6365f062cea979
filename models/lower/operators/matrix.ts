import { f32, i32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { type MatrixProduct, multiply } from '../multiply.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { permute } from '../view.ts'
import { arithmeticType } from './elementwise.ts'

function scalarType(node: NodeReader, values: readonly Value[]): 'f32' | 'i32' {
  const type = arithmeticType(node, values)
  if (type === 'f32' || type === 'i32') return type
  if (type === 'i64') return 'i32'
  throw node.unsupported(`inputs of type ${type}`, 'the same with float32')
}

const termOf = (type: 'f32' | 'i32'): Expression => [load(0), load(1), op(`${type}.mul`)]

function matMul(node: NodeReader): Value[] {
  const [a, b] = [node.input(0), node.input(1)]
  const type = scalarType(node, [a, b])
  return [
    {
      type: arithmeticType(node, [a, b]),
      view: multiply(node, a.view, b.view, { term: termOf(type), result: [op('fold')], others: [], type }),
    },
  ]
}

function gemm(node: NodeReader): Value[] {
  const [a, b, c] = [node.input(0), node.input(1), node.optional(2)]
  const values = c ? [a, b, c] : [a, b]
  const type = scalarType(node, values)
  if (a.view.dims.length !== 2 || b.view.dims.length !== 2) throw node.invalid('wants matrices')
  const left = node.int('transA', 0) === 1 ? permute(a.view, [1, 0]) : a.view
  const right = node.int('transB', 0) === 1 ? permute(b.view, [1, 0]) : b.view
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)]
  const scaled = (value: Expression, factor: number): Expression => {
    if (factor === 1) return value
    if (type === 'i32' && !Number.isInteger(factor)) throw node.unsupported(`int32 with the factor ${factor}`, 'a whole factor')
    return [...value, type === 'f32' ? f32(factor) : i32(factor), op(`${type}.mul`)]
  }
  const product = scaled([op('fold')], alpha)
  const addend = c && beta !== 0 ? c.view : null
  const sum: MatrixProduct = {
    term: termOf(type),
    result: addend ? [...product, ...scaled([load(2)], beta), op(`${type}.add`)] : product,
    others: addend ? [addend] : [],
    type,
  }
  return [{ type: arithmeticType(node, values), view: multiply(node, left, right, sum) }]
}

export const MATRIX: OperatorTable = { MatMul: matMul, Gemm: gemm }
