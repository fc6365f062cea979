import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { byteSize, type ModelInterface, type Port, product } from '@opine/models/ir/types.ts'
import { unpackValues } from './pack.ts'

export type OutputValues = Port & { readonly values: readonly number[] }

/** A request's output bytes, SPEC section 6, as values. */
export function splitOutputs({ outputs }: ModelInterface, output: string): OutputValues[] {
  const bytes = fromHex(output)
  let start = 0
  return outputs.map((port) => {
    const end = start + product(port.shape) * byteSize(port.type)
    const values = unpackValues(port.type, bytes.subarray(start, end))
    start = end
    return { ...port, values }
  })
}
