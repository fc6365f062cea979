import { unpackValues } from '@opine/client/values.ts'
import { byteSize, type Port } from '@opine/models/ir/types.ts'
import { constantOf, numbersOf } from '@opine/models/lower/constant.ts'
import type { Tensor } from '@opine/models/onnx/types.ts'
import type { Entry } from './entry.ts'

/** An output that is not the expected one; `difference` is the largest, null where there is none to measure. */
export type Fault = { readonly reason: string; readonly difference: number | null }

/** Holds an output of a program against the tensor that a case expects; integers and booleans must be equal. */
export function judge(port: Port, bytes: Uint8Array, expected: Tensor, { rtol, atol }: Pick<Entry, 'rtol' | 'atol'>): Fault | null {
  const shape = expected.shape.length > 0 ? expected.shape : [1]
  if (port.shape.join() !== shape.join()) {
    return { reason: `output '${port.name}' has the shape [${port.shape}] instead of [${expected.shape}]`, difference: null }
  }
  const got = unpackValues(port.type, bytes.subarray(0, bytes.length - (bytes.length % byteSize(port.type))))
  const isFloat = expected.type === 'f32' || expected.type === 'f16'
  let [largest, at] = [-1, -1]
  const wanted = numbersOf(constantOf(expected))!
  for (const [element, value] of wanted.entries()) {
    const ours = got[element]!
    if (Object.is(ours, value) || ours === value) continue
    const difference = Math.abs(ours - value)
    if (isFloat && difference <= atol + rtol * Math.abs(value)) continue
    const size = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
    if (size > largest) [largest, at] = [size, element]
  }
  if (at < 0) return null
  return { reason: `output '${port.name}', element ${at}: ${got[at]} instead of ${wanted[at]}`, difference: largest }
}
