import { OpineError } from '@opine/dispute-game/errors.ts'
import { claimsOf } from './claims.ts'
import { encodeKernel } from './encode.ts'
import { decodeHeader, encodeHeader, MAX_COUNT } from './header.ts'
import { metaOf } from './meta.ts'
import { bufferOf, byteSize, type Program } from './types.ts'
import { validateKernelBytes } from './validate-kernel.ts'

/**
 * Checks every rule of SPEC sections 3 and 5 on a whole program.
 * @throws {OpineError} `PROGRAM_INVALID` for the first violation; `details` has the kernel and the rule (`HEADER`, `CONSTANT`, `OUTPUT`,
 *   `CLAIMS`, or one of section 5)
 */
export function validateProgram(program: Program): void {
  const { inputs, constants, kernels, places } = program
  if (places.length !== kernels.length) throw refuse('HEADER', `${kernels.length} kernels have ${places.length} places`)
  asRule('HEADER', () => decodeHeader(encodeHeader(program)))
  for (const [index, { type, count, bytes }] of constants.entries()) {
    const sized = Number.isInteger(count) && count >= 1 && count <= MAX_COUNT && bytes.length === count * byteSize(type)
    if (!sized) throw refuse('CONSTANT', `constant ${index} has ${count} elements of ${type} in ${bytes.length} bytes`)
  }
  const metas = new Map<number, Uint8Array>()
  const operandMeta = (buffer: number): Uint8Array => {
    const known = metas.get(buffer)
    if (known) return known
    const meta = metaOf(program, buffer)
    metas.set(buffer, meta)
    return meta
  }
  const counts = { inputs: inputs.length, constants: constants.length, kernels: kernels.length }
  for (const [index, kernel] of kernels.entries()) {
    // A number that fits no field has no bytes, and so no kernel: the rule is BYTES.
    const [descriptor, meta] = asRule('BYTES', () => [encodeKernel(kernel), operandMeta(bufferOf(program, index))] as const, index)
    const violation = validateKernelBytes({ ...counts, descriptor, meta, kernel: index, operandMeta })
    if (violation) throw refuse(violation.rule, `kernel ${index}: ${violation.detail}`, index)
  }
  checkOutputs(program)
}

function checkOutputs(program: Program): void {
  for (const output of program.outputs) {
    if (!program.places[output]?.committed) throw refuse('OUTPUT', `output kernel ${output} is not committed`, output)
  }
  const claims = claimsOf(program)
  if (claims.length === program.claims.length && claims.every((kernel, index) => kernel === program.claims[index])) return
  throw refuse('CLAIMS', `the claims are [${program.claims}], but the kernels give [${claims}]`)
}

function asRule<T>(rule: string, work: () => T, kernel?: number): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof OpineError)) throw cause
    throw refuse(rule, `${kernel === undefined ? 'header' : `kernel ${kernel}`}: ${cause.message}`, kernel, cause)
  }
}

const refuse = (rule: string, fact: string, kernel?: number, cause?: unknown): OpineError =>
  new OpineError('PROGRAM_INVALID', `the program violates ${rule}: ${fact}`, { rule, kernel }, { cause })
