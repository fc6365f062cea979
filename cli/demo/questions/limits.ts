import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, type Program, product } from '@opine/models/ir/types.ts'

/** Gas that a transaction can have (EIP-7825), and what the bytes that it carries cost at least (EIP-7623). */
const TRANSACTION_GAS = 2 ** 24
const ZERO_BYTE = 10
const OTHER_BYTE = 40

const NEXT = {
  INPUT_TOO_LARGE: 'give a model with smaller inputs, or smaller dimensions with --dim',
  OUTPUT_TOO_LARGE: 'give a model that ends with what is really wanted, such as a class',
} as const

/**
 * Whether a transaction can carry these bytes; what is near the limit is left to the chain to refuse.
 * @throws {OpineError} `INPUT_TOO_LARGE`, `OUTPUT_TOO_LARGE`
 */
export function checkFits(code: keyof typeof NEXT, bytes: Uint8Array): void {
  const gas = bytes.reduce((sum, byte) => sum + (byte === 0 ? ZERO_BYTE : OTHER_BYTE), 0)
  if (gas > TRANSACTION_GAS) throw tooLarge(code, bytes.length)
}

/** The same before a model is run, for outputs that are too large whatever they are. @throws {OpineError} `OUTPUT_TOO_LARGE` */
export function checkOutputs({ outputs, kernels }: Program): void {
  const bytes = outputs.reduce((sum, kernel) => sum + product(kernels[kernel]!.shape) * byteSize(kernels[kernel]!.storeType), 0)
  if (bytes * ZERO_BYTE > TRANSACTION_GAS) throw tooLarge('OUTPUT_TOO_LARGE', bytes)
}

function tooLarge(code: keyof typeof NEXT, bytes: number): OpineError {
  const [what, most] = [code === 'INPUT_TOO_LARGE' ? 'inputs' : 'outputs', Math.floor(TRANSACTION_GAS / OTHER_BYTE)]
  const message = `the model's ${what} take ${bytes} bytes, more than a transaction can carry (${most} that are not zero); ${NEXT[code]}`
  return new OpineError(code, message, { bytes, most })
}
