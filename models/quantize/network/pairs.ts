import { packTensor } from '../../onnx/encode.ts'
import type { GraphNode, Tensor } from '../../onnx/types.ts'
import { numbersIn } from './numbers.ts'

/** What the integers of a QuantizeLinear can be, by the type of its zero point. */
const LIMITS = { u8: [0, 255], i8: [-128, 127] } as const

/** A QuantizeLinear whose integers nobody but DequantizeLinear reads, and the ends of its range. */
export type Quantizing = {
  readonly input: string
  readonly scale: number
  readonly zero: number
  readonly low: number
  readonly high: number
}

/**
 * The range that a node of the QDQ form cuts to; null for another node, or one with several scales.
 * @param constant  tensors known while compiling
 */
export function quantizingOf(node: GraphNode, constant: (name: string) => Tensor | undefined): Quantizing | null {
  if (node.op !== 'QuantizeLinear' || node.domain !== '') return null
  const [input, scaleName, zeroName = ''] = node.inputs
  const [scale, zero] = [constant(scaleName!), constant(zeroName)]
  if (!scale || (zeroName !== '' && !zero)) return null
  const type = zero?.type ?? 'u8'
  const [scales, zeros] = [numbersIn(scale), zero ? numbersIn(zero) : Float64Array.of(0)]
  if ((type !== 'u8' && type !== 'i8') || scales.length !== 1 || zeros.length !== 1) return null
  const [least, most] = LIMITS[type]
  const value = (integer: number): number => (integer - zeros[0]!) * scales[0]!
  return { input: input!, scale: scales[0]!, zero: zeros[0]!, low: value(least), high: value(most) }
}

/** Whether a DequantizeLinear gives back what the QuantizeLinear before it took. */
export function undoes(node: GraphNode, { scale, zero }: Quantizing, constant: (name: string) => Tensor | undefined): boolean {
  if (node.op !== 'DequantizeLinear' || node.domain !== '') return false
  const [scales, zeros] = [constant(node.inputs[1] ?? ''), constant(node.inputs[2] ?? '')]
  return scales !== undefined && numbersIn(scales).join() === `${scale}` && (zeros ? numbersIn(zeros).join() : '0') === `${zero}`
}

/** The pair as the clip that is left of it when nothing is rounded; tools drop an activation that such a clip does. */
export function clipOf(
  output: string,
  input: string,
  { low, high }: Quantizing,
): { readonly node: GraphNode; readonly limits: readonly Tensor[] } {
  const limit = (name: string, value: number): Tensor => packTensor({ name: `${output}.${name}`, type: 'f32', shape: [], data: [value] })
  const limits = [limit('least', low), limit('most', high)]
  const node = {
    op: 'Clip',
    domain: '',
    name: output,
    inputs: [input, ...limits.map(({ name }) => name)],
    outputs: [output],
    attributes: {},
  }
  return { node, limits }
}
