import { OpineError } from '@opine/dispute-game/errors.ts'
import { bufferOf, byteSize, type Kernel, type Program, product, type Reduce, type StoreType, scalarOf } from '../../ir/types.ts'
import { compileLoads, type Source } from './address.ts'
import { readerOf, scalarOfBits } from './buffer.ts'
import { compileExpression, type Scope } from './expression.ts'
import { compileFold, type Fold, setCoordinates } from './fold.ts'
import { compileProduct } from './product.ts'
import type { RunOperand } from './runs.ts'
import { compileSingle } from './single.ts'

/** The raw little-endian bytes of a buffer of the program's index space. */
export type ReadBuffer = (buffer: number) => Uint8Array

/**
 * A kernel bound to its operands. Values are binary32 values or signed integers; `moveTo` chooses the element that the fold's blocks and
 * `result` then speak of. `fold` is null without a reduction, and `result` then ignores its argument.
 */
export type BoundKernel = {
  readonly count: number
  readonly moveTo: (element: number) => void
  readonly fold: Fold | null
  readonly result: (total: number) => number
}

/** @throws {OpineError} `KERNEL_INDEX` */
export function kernelAt(program: Program, kernel: number): Kernel {
  const found = program.kernels[kernel]
  if (found) return found
  throw new OpineError('KERNEL_INDEX', `there is no kernel ${kernel}: the program has ${program.kernels.length}`, { kernel })
}

/**
 * Store type and element count of a buffer.
 * @throws {OpineError} `BUFFER_INDEX`
 */
export function bufferSpec(program: Program, buffer: number): { readonly type: StoreType; readonly count: number } {
  const kernel = program.kernels[buffer - bufferOf(program, 0)]
  if (kernel) return { type: kernel.storeType, count: product(kernel.shape) }
  const spec = program.inputs[buffer] ?? program.constants[buffer - program.inputs.length]
  if (spec) return { type: spec.type, count: spec.count }
  throw new OpineError('BUFFER_INDEX', `there is no buffer ${buffer}`, { buffer })
}

/** Bytes of a buffer without padding. */
export function bufferBytes(program: Program, buffer: number): number {
  const { type, count } = bufferSpec(program, buffer)
  return count * byteSize(type)
}

/**
 * Compiles kernel `index` over its operands' current contents.
 * @throws {OpineError} `KERNEL_INDEX`, `BUFFER_INDEX`, `OPERAND_LENGTH`, and those of loads and expressions
 */
export function bindKernel(program: Program, read: ReadBuffer, index: number): BoundKernel {
  const kernel = kernelAt(program, index)
  const variables = new Int32Array(kernel.shape.length + (kernel.reduce?.extents.length ?? 0))
  const sources = kernel.loads.map(({ buffer, fill }): Source => {
    const { type, count } = bufferSpec(program, buffer)
    const bytes = read(buffer)
    if (bytes.length !== count * byteSize(type)) {
      const message = `buffer ${buffer}, read by kernel ${index}, must have ${count * byteSize(type)} bytes, got ${bytes.length}`
      throw new OpineError('OPERAND_LENGTH', message, { buffer, kernel: index })
    }
    return { read: readerOf(type, bytes), count, fill: scalarOfBits(scalarOf(type), fill) }
  })
  const scope: Scope = { loads: compileLoads(kernel.loads, sources, variables), variables, fold: { value: 0 } }
  const evaluate = compileExpression(kernel.result, scope)
  const fold = kernel.reduce ? compileFold(kernel, kernel.reduce, compileExpression(kernel.term, scope), variables) : null
  const quick =
    fold && kernel.reduce && allFloats(program, kernel) ? compileRuns(program, read, kernel, kernel.reduce, variables, fold) : null
  return {
    count: product(kernel.shape),
    moveTo: (element) => setCoordinates(variables, 0, kernel.shape, element),
    fold: quick ?? fold,
    result: (total) => {
      scope.fold.value = total
      return evaluate()
    },
  }
}

function compileRuns(program: Program, read: ReadBuffer, kernel: Kernel, reduce: Reduce, variables: Int32Array, fold: Fold): Fold | null {
  const found = operands(program, kernel, read)
  return compileProduct(kernel, reduce, found, variables, fold) ?? compileSingle(kernel, reduce, found, variables, fold)
}

const allFloats = (program: Program, { loads, term }: Kernel): boolean =>
  term.every(({ op, arg }) => op !== 'load' || scalarOf(bufferSpec(program, loads[arg!]!.buffer).type) === 'f32')

const operands = (program: Program, kernel: Kernel, read: ReadBuffer): RunOperand[] =>
  kernel.loads.map((load) => {
    const bytes = read(load.buffer)
    const halves = bufferSpec(program, load.buffer).type === 'f16'
    return { load, bytes: halves ? widened(bytes) : bytes, fill: scalarOfBits('f32', load.fill) }
  })

const wide = new WeakMap<Uint8Array, Uint8Array>()

/** A buffer of f16 as one of f32, made once: a constant is bound for every element that a dispute looks at. */
function widened(bytes: Uint8Array): Uint8Array {
  let made = wide.get(bytes)
  if (!made) {
    const half = readerOf('f16', bytes)
    made = new Uint8Array(Float32Array.from({ length: bytes.length / 2 }, (_, element) => half(element)).buffer)
    wide.set(bytes, made)
  }
  return made
}
