import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { shifted, toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'

const bytes = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Our own drawings of digits, moved about: 250 of them. */
export const drawings: readonly (readonly Uint8Array[])[] = [-2, -1, 0, 1, 2].flatMap((right) =>
  [-2, -1, 0, 1, 2].flatMap((down) => SAMPLES.map(({ pixels }) => [bytes(toInput(shifted(pixels, right, down)))])),
)

/** The zoo's network for digits in exact integers, as a file. */
export function quantizedDigits(): Uint8Array {
  const model = decodeModel(readFileSync(join(import.meta.dirname, '../../models/zoo/digits/digits.onnx')))
  return quantize(
    model,
    drawings.filter((_, index) => index % 4 === 0),
    { providers: 'tf32' },
  ).file
}

export const quantizedDigitsProgram = (): Program => compile(quantizedDigits()).program
