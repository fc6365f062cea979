import { OpineError } from '@opine/dispute-game/errors.ts'
import type { GraphNode } from '../../onnx/types.ts'
import type { Operator, OperatorTable } from '../node.ts'
import { ACTIVATION } from './activation.ts'
import { ARGUMENT } from './argument.ts'
import { ARITHMETIC } from './arithmetic.ts'
import { ATTENTION } from './attention.ts'
import { BITWISE } from './bitwise.ts'
import { CAST } from './cast.ts'
import { CHOICES } from './choose.ts'
import { CONCATENATION } from './concat.ts'
import { CONSTANTS } from './constant.ts'
import { CONTROL } from './control.ts'
import { CONV_TRANSPOSE } from './conv-transpose.ts'
import { CONVOLUTION } from './convolution.ts'
import { CUMULATIVE } from './cumulative.ts'
import { EINSUM } from './einsum.ts'
import { FUNCTIONS } from './functions.ts'
import { GATHERING } from './gather.ts'
import { GENERATORS } from './generate.ts'
import { LAYER_NORMALIZATION } from './layer-normalization.ts'
import { LOCAL_RESPONSE } from './local-response.ts'
import { LOGIC } from './logic.ts'
import { MATRIX } from './matrix.ts'
import { LINEAR } from './ml/linear.ts'
import { PREPROCESSING } from './ml/preprocessing.ts'
import { TREES } from './ml/trees.ts'
import { MODULO } from './modulo.ts'
import { MOVEMENT } from './movement.ts'
import { NORMALIZATION } from './normalization.ts'
import { NORMS } from './norms.ts'
import { PADDING } from './pad.ts'
import { POOLING } from './pooling.ts'
import { POWER_OF } from './power.ts'
import { QUANTIZE } from './quantize.ts'
import { QUANTIZED } from './quantized.ts'
import { RECURRENT } from './recurrent.ts'
import { REDUCTION } from './reduction.ts'
import { REPETITION } from './repeat.ts'
import { RESIZING } from './resize.ts'
import { ROTARY } from './rotary.ts'
import { SCATTERING } from './scatter.ts'
import { SEQUENCES } from './sequence.ts'
import { SLICES } from './slice.ts'
import { SOFTMAX } from './softmax.ts'
import { TOP_K } from './top-k.ts'

/** All operators that lower, by name; those of other domains than the standard one with the domain before. */
export const OPERATORS: OperatorTable = {
  ...ACTIVATION,
  ...ARGUMENT,
  ...ARITHMETIC,
  ...ATTENTION,
  ...BITWISE,
  ...CAST,
  ...CHOICES,
  ...CONCATENATION,
  ...CONSTANTS,
  ...CONTROL,
  ...CONV_TRANSPOSE,
  ...CONVOLUTION,
  ...CUMULATIVE,
  ...EINSUM,
  ...FUNCTIONS,
  ...GATHERING,
  ...GENERATORS,
  ...LAYER_NORMALIZATION,
  ...LOCAL_RESPONSE,
  ...LOGIC,
  ...MATRIX,
  ...MODULO,
  ...MOVEMENT,
  ...NORMALIZATION,
  ...NORMS,
  ...PADDING,
  ...POOLING,
  ...POWER_OF,
  ...QUANTIZE,
  ...QUANTIZED,
  ...REDUCTION,
  ...RECURRENT,
  ...REPETITION,
  ...RESIZING,
  ...ROTARY,
  ...SCATTERING,
  ...SEQUENCES,
  ...SLICES,
  ...SOFTMAX,
  ...TOP_K,
  ...LINEAR,
  ...PREPROCESSING,
  ...TREES,
}

/** What to write instead of operators that are not in the table. */
const NEAREST: Readonly<Record<string, string>> = {
  Loop: 'its body, unrolled',
  Multinomial: 'an input with the random numbers',
  RandomNormal: 'an input with the random numbers',
  RandomUniform: 'an input with the random numbers',
  Scan: 'its body, unrolled',
}

/** @throws {OpineError} `UNSUPPORTED_OPERATOR` */
export function operatorFor(node: GraphNode, opset: number | undefined): Operator {
  const name = node.domain === '' ? node.op : `${node.domain}.${node.op}`
  const known = opset !== undefined && Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (known) return known
  const label = node.name || (node.outputs[0] ?? '')
  const nearest = (node.domain === '' && NEAREST[node.op]) || `a sub-graph of ${Object.keys(OPERATORS).sort().join(', ')}`
  const message = `Node '${label}': the operator ${name} is not supported. Nearest supported form: ${nearest}.`
  throw new OpineError('UNSUPPORTED_OPERATOR', message, { operator: name, node: node.name, nearest })
}
