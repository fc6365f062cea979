import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { bufferReader, executeKernel } from '../exec/reference/execute.ts'
import { bufferOf, type Program } from '../ir/types.ts'
import { type Trace, traceOfBuffers } from './trace.ts'

/**
 * What a liar computes with: the true program and inputs, or others.
 * @property buffers  one a kernel, in which what is recomputed is replaced
 */
export type LyingWorld = { readonly program: Program; readonly inputs: readonly Uint8Array[]; readonly buffers: Uint8Array[] }

/**
 * Recomputes, in place, the kernels that read something changed.
 * @param changed  indices of buffers that are not what they were
 * @param spread   whether what comes out differently counts as changed too; else only direct readers of `changed` are recomputed
 */
export function recompute({ program, inputs, buffers }: LyingWorld, changed: Iterable<number>, spread = true): void {
  const read = bufferReader(program, inputs, buffers)
  const before = buffers.slice()
  const stale = new Set(changed)
  for (let k = 0; k < program.kernels.length; k++) {
    if (stale.has(bufferOf(program, k)) || !program.kernels[k]!.loads.some(({ buffer }) => stale.has(buffer))) continue
    // Without spreading, a kernel reads its other operands as they were.
    const bytes = executeKernel(program, spread ? read : bufferReader(program, inputs, before), k)
    if (equalBytes(bytes, before[k]!)) continue
    buffers[k] = bytes
    if (spread) stale.add(bufferOf(program, k))
  }
}

/** The trace of these buffers, in which the trees of buffers that are the honest trace's own are not hashed again. */
export function traceBeside(honest: Trace, buffers: readonly Uint8Array[]): Trace {
  const trace = traceOfBuffers(honest.program, honest.inputs, buffers)
  return { ...trace, trees: trace.trees.map((tree, k) => (buffers[k] === honest.buffers[k] ? honest.trees[k]! : tree)) }
}
