import { OpineError } from '@opine/dispute-game/errors.ts'
import type { GraphNode } from '../../onnx/types.ts'
import type { Operator, OperatorTable } from '../node.ts'
import { CONCATENATION } from './concat.ts'
import { CONSTANTS } from './constant.ts'
import { CONTROL } from './control.ts'
import { CONV_TRANSPOSE } from './conv-transpose.ts'
import { CONVOLUTION } from './convolution.ts'
import { EINSUM } from './einsum.ts'
import { ELEMENTWISE } from './elementwise.ts'
import { GATHERING } from './gather.ts'
import { GENERATORS } from './generate.ts'
import { MATRIX } from './matrix.ts'
import { MOVEMENT } from './movement.ts'
import { NORMALIZATION } from './normalization.ts'
import { PADDING } from './pad.ts'
import { POOLING } from './pooling.ts'
import { QUANTIZE } from './quantize.ts'
import { QUANTIZED } from './quantized.ts'
import { REPETITION } from './repeat.ts'
import { SLICES } from './slice.ts'

/** All operators of the standard domain that lower, by name. */
export const OPERATORS: OperatorTable = {
  ...CONCATENATION,
  ...CONSTANTS,
  ...CONTROL,
  ...CONV_TRANSPOSE,
  ...CONVOLUTION,
  ...EINSUM,
  ...ELEMENTWISE,
  ...GATHERING,
  ...GENERATORS,
  ...MATRIX,
  ...MOVEMENT,
  ...NORMALIZATION,
  ...PADDING,
  ...POOLING,
  ...QUANTIZE,
  ...QUANTIZED,
  ...REPETITION,
  ...SLICES,
}

/** What to write instead of operators that are not in the table. */
const NEAREST: Readonly<Record<string, string>> = {
  GlobalLpPool: 'GlobalAveragePool',
  LpPool: 'AveragePool',
  LogSoftmax: 'Softmax',
  PRelu: 'LeakyRelu',
  Sigmoid: 'Exp, Add, Reciprocal',
  Tanh: 'Exp, Sub, Add, Div',
  HardSigmoid: 'Mul, Add, Clip',
  Mean: 'Sum, Div',
  Pow: 'Mul',
  ReduceMean: 'GlobalAveragePool',
  ReduceMax: 'GlobalMaxPool',
}

/** @throws {OpineError} `UNSUPPORTED_OPERATOR` */
export function operatorFor(node: GraphNode, opset: number | undefined): Operator {
  const known = node.domain === '' && opset !== undefined && Object.hasOwn(OPERATORS, node.op) ? OPERATORS[node.op] : undefined
  if (known) return known
  const name = node.domain === '' ? node.op : `${node.domain}.${node.op}`
  const label = node.name || (node.outputs[0] ?? '')
  const nearest = (node.domain === '' && NEAREST[node.op]) || `a sub-graph of ${Object.keys(OPERATORS).sort().join(', ')}`
  const message = `Node '${label}': the operator ${name} is not supported. Nearest supported form: ${nearest}.`
  throw new OpineError('UNSUPPORTED_OPERATOR', message, { operator: name, node: node.name, nearest })
}
