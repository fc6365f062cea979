import { OpineError } from '@opine/dispute-game/errors.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { type Tree, tensorDepth, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { runningTotals } from '../exec/reference/evaluate.ts'
import { bufferReader, checkInputs } from '../exec/reference/execute.ts'
import { bufferBytes, type ReadBuffer } from '../exec/reference/kernel.ts'
import { bufferOf, type Program } from '../ir/types.ts'

/**
 * One execution as somebody claims it.
 * @param inputs         raw buffers, as the request gives them
 * @param buffers        one raw buffer a kernel, without padding
 * @param trees          tensor tree of each kernel; hashed when its nodes are first looked at, so that an interior costs nothing until a dispute
 * @param totals         the running totals after each block of an element's fold that this party would swear to
 * @param leafOverrides  leaves of the trace tree that are not what the trees give; empty but in a lie
 */
export type Trace = {
  readonly program: Program
  readonly inputs: readonly Uint8Array[]
  readonly buffers: readonly Uint8Array[]
  readonly trees: readonly Tree[]
  readonly totals: (kernel: number, element: number) => Uint32Array
  readonly leafOverrides: ReadonlyMap<number, Uint8Array>
}

/** Any executor: one raw buffer a kernel, bit for bit those of `reference`; no memory that it, or an input or constant, goes on using. */
export type Execute = (program: Program, inputs: readonly Uint8Array[]) => Uint8Array[]

/** Executes and keeps everything. @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH`, `BUFFER_COUNT`, `BUFFER_LENGTH` */
export function buildTrace(program: Program, inputs: readonly Uint8Array[], execute: Execute): Trace {
  checkInputs(program, inputs)
  return traceOfBuffers(program, inputs, execute(program, inputs))
}

/**
 * The trace of buffers that were computed elsewhere. They are not copied; who changes them afterwards has no trace of anything.
 * @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH`; `BUFFER_COUNT`, `BUFFER_LENGTH` if there is not one buffer of the right length a kernel
 */
export function traceOfBuffers(program: Program, inputs: readonly Uint8Array[], buffers: readonly Uint8Array[]): Trace {
  checkInputs(program, inputs)
  const { length } = program.kernels
  if (buffers.length !== length) {
    throw new OpineError('BUFFER_COUNT', `the program has ${length} kernels, but ${buffers.length} buffers are given`)
  }
  buffers.forEach((bytes, kernel) => {
    const expected = bufferBytes(program, bufferOf(program, kernel))
    if (bytes.length === expected) return
    const message = `the buffer of kernel ${kernel} must have ${expected} bytes, got ${bytes.length}`
    throw new OpineError('BUFFER_LENGTH', message, { kernel, expected, given: bytes.length })
  })
  const read = bufferReader(program, inputs, buffers)
  return {
    program,
    inputs,
    buffers,
    trees: buffers.map(deferredTree),
    totals: (kernel, element) => runningTotals(program, read, kernel, element),
    leafOverrides: new Map(),
  }
}

/** Reads the program's buffers as this trace claims them to be. */
export const readTrace = ({ program, inputs, buffers }: Trace): ReadBuffer => bufferReader(program, inputs, buffers)

/** Most bytes that a trace takes: its buffers, and all their trees once they are hashed. */
export const traceBytes = ({ buffers, trees }: Trace): number =>
  buffers.reduce((sum, bytes, kernel) => sum + bytes.length + 2 * WORD * (1 << trees[kernel]!.depth), 0)

function deferredTree(bytes: Uint8Array): Tree {
  let tree: Tree | undefined
  return {
    depth: tensorDepth(bytes.length),
    get levels() {
      tree ??= tensorTree(bytes)
      return tree.levels
    },
  }
}
