import { OpineError } from '@opine/dispute-game/errors.ts'
import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { byteSize, type ModelInterface, type Port, product, type StoreType } from '@opine/models/ir/types.ts'
import { unpackValues } from './values.ts'

/** One output's values in the array of its type; binary16 becomes binary32, which holds it exactly. */
export type NamedTensor = Port & { readonly values: Float32Array | Int32Array | Int8Array | Uint8Array }

/**
 * An answer's bytes, SPEC section 6, as named arrays.
 * @throws {OpineError} `OUTPUT_LENGTH` if they are not this model's
 * @example
 * const [, probabilities] = decodeOutput(spec, answer.output)
 */
export function decodeOutput({ outputs }: ModelInterface, output: string | Uint8Array): NamedTensor[] {
  const bytes = typeof output === 'string' ? fromHex(output) : output
  const sizes = outputs.map(({ type, shape }) => product(shape) * byteSize(type))
  const expected = sizes.reduce((sum, size) => sum + size, 0)
  if (bytes.length !== expected) {
    const message = `an answer of this model has ${expected} bytes, got ${bytes.length}; it is the answer of another version`
    throw new OpineError('OUTPUT_LENGTH', message, { expected, given: bytes.length })
  }
  let start = 0
  return outputs.map((port, index) => {
    const part = bytes.subarray(start, start + sizes[index]!)
    start += part.length
    return { ...port, values: arrayOf(port.type, unpackValues(port.type, part)) }
  })
}

function arrayOf(type: StoreType, values: readonly number[]): NamedTensor['values'] {
  switch (type) {
    case 'f32':
    case 'f16':
      return Float32Array.from(values)
    case 'i32':
      return Int32Array.from(values)
    case 'i8':
      return Int8Array.from(values)
    case 'u8':
      return Uint8Array.from(values)
  }
}
