import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, type Program, product } from '@opine/models/ir/types.ts'

/** Gas that a transaction can have (EIP-7825). */
const TRANSACTION_GAS = 2 ** 24

/**
 * Gas for each byte that is not zero, about: calldata at least 40 (EIP-7623), and an event's data 8. An output is also hashed to a tree, by
 * the asserter's transaction.
 */
const INPUT_BYTE = 48
const OUTPUT_BYTE = 80

/**
 * Whether question and answer fit a transaction each; what is near the limit is left to the chain to refuse.
 * @throws {OpineError} `INPUT_TOO_LARGE`, `OUTPUT_TOO_LARGE`
 */
export function checkFits({ inputs, outputs, kernels }: Program): void {
  const input = inputs.reduce((sum, { type, count }) => sum + count * byteSize(type), 0)
  const output = outputs.reduce((sum, kernel) => sum + product(kernels[kernel]!.shape) * byteSize(kernels[kernel]!.storeType), 0)
  check('INPUT_TOO_LARGE', 'inputs take', input, INPUT_BYTE, 'a model with smaller inputs, or smaller dimensions with --dim')
  check('OUTPUT_TOO_LARGE', 'outputs take', output, OUTPUT_BYTE, 'a model that ends with what is really wanted, such as a class')
}

function check(code: string, what: string, bytes: number, price: number, next: string): void {
  const most = Math.floor(TRANSACTION_GAS / price)
  if (bytes <= most) return
  const message = `the model's ${what} ${bytes} bytes, which no transaction can carry: about ${most} fit; give ${next}`
  throw new OpineError(code, message, { bytes, most })
}
