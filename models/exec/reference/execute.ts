import { OpineError } from '@opine/dispute-game/errors.ts'
import { bufferOf, byteSize, type Program, type StoreType } from '../../ir/types.ts'
import { writerOf } from './buffer.ts'
import { type BoundKernel, bindKernel, bufferBytes, kernelAt, type ReadBuffer } from './kernel.ts'

/**
 * @param inputs  one raw little-endian buffer an input, without padding
 * @throws {OpineError} `INPUT_COUNT` or `INPUT_LENGTH`, naming the input, the bytes expected and those given
 */
export function checkInputs(program: Program, inputs: readonly Uint8Array[]): void {
  if (inputs.length !== program.inputs.length) {
    const message = `the program takes ${program.inputs.length} inputs, got ${inputs.length}`
    throw new OpineError('INPUT_COUNT', message, { expected: program.inputs.length, given: inputs.length })
  }
  program.inputs.forEach(({ type, count }, input) => {
    const expected = count * byteSize(type)
    const given = inputs[input]!.length
    if (given === expected) return
    const message = `input ${input} must have ${expected} bytes (${count} elements of ${type}), got ${given}`
    throw new OpineError('INPUT_LENGTH', message, { input, expected, given })
  })
}

/** Reads the program's index space: inputs, then constants, then the kernels' buffers, as many as there are yet. */
export function bufferReader(program: Program, inputs: readonly Uint8Array[], buffers: readonly Uint8Array[]): ReadBuffer {
  const constants = program.inputs.length
  const kernels = bufferOf(program, 0)
  return (buffer) => {
    const bytes = inputs[buffer] ?? program.constants[buffer - constants]?.bytes ?? buffers[buffer - kernels]
    if (bytes) return bytes
    throw new OpineError('BUFFER_INDEX', `buffer ${buffer} has no contents yet: a kernel loads from smaller indices only`, { buffer })
  }
}

/** The value that the running total has after the last block, or 0 without a fold. */
function lastTotal({ fold }: BoundKernel): number {
  if (!fold) return 0
  let total = fold.identity
  for (let block = 0; block < fold.blocks; block++) total = fold.combine(total, fold.block(block))
  return total
}

/** All elements of kernel `index`, as a raw little-endian buffer. */
export function executeKernel(program: Program, read: ReadBuffer, index: number): Uint8Array {
  const bound = bindKernel(program, read, index)
  const bytes = new Uint8Array(bufferBytes(program, bufferOf(program, index)))
  const write = writerOf(storedType(kernelAt(program, index).storeType, index), bytes)
  for (let element = 0; element < bound.count; element++) {
    bound.moveTo(element)
    write(element, bound.result(lastTotal(bound)))
  }
  return bytes
}

/** Some elements of kernel `index`, one after the other, as they lie in its buffer. */
export function executeElements(program: Program, read: ReadBuffer, index: number, elements: readonly number[]): Uint8Array {
  const type = storedType(kernelAt(program, index).storeType, index)
  const bytes = new Uint8Array(elements.length * byteSize(type))
  const bound = bindKernel(program, read, index)
  const write = writerOf(type, bytes)
  elements.forEach((element, at) => {
    bound.moveTo(element)
    write(at, bound.result(lastTotal(bound)))
  })
  return bytes
}

function storedType(type: StoreType, kernel: number): Exclude<StoreType, 'f16'> {
  if (type !== 'f16') return type
  throw new OpineError('KERNEL_STORE_TYPE', `kernel ${kernel} stores f16, which is for inputs and constants only`, { kernel })
}

/**
 * The living definition of an execution, SPEC section 4: every other executor is compared with this one.
 * @param inputs    one raw little-endian buffer an input, without padding
 * @param onKernel  told of every kernel when it is done
 * @returns         one raw little-endian buffer a kernel
 * @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH`; for invalid kernels those of `bindKernel`
 */
export function execute(
  program: Program,
  inputs: readonly Uint8Array[],
  onKernel: (kernel: number, bytes: Uint8Array) => void = () => {},
): Uint8Array[] {
  checkInputs(program, inputs)
  const buffers: Uint8Array[] = []
  const read = bufferReader(program, inputs, buffers)
  for (let kernel = 0; kernel < program.kernels.length; kernel++) {
    const bytes = executeKernel(program, read, kernel)
    buffers.push(bytes)
    onKernel(kernel, bytes)
  }
  return buffers
}
