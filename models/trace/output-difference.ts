import { readLane } from '../exec/reference/buffer.ts'
import { byteSize } from '../ir/types.ts'
import type { Trace } from './trace.ts'

/** The first element of the outputs that differs. @property output its number among the outputs; `asserted` and `own`: 32 bits */
export type OutputDifference = {
  readonly output: number
  readonly kernel: number
  readonly element: number
  readonly asserted: number
  readonly own: number
}

/** @param asserted  all outputs together, of the right length @returns undefined if nothing differs: a lie, if there is one, lies deeper */
export function outputDifference({ program, buffers }: Trace, asserted: Uint8Array): OutputDifference | undefined {
  let start = 0
  for (const [output, kernel] of program.outputs.entries()) {
    const truth = buffers[kernel]!
    const claimed = asserted.subarray(start, start + truth.length)
    const at = truth.findIndex((byte, i) => byte !== claimed[i])
    if (at >= 0) {
      const { storeType } = program.kernels[kernel]!
      const element = Math.floor(at / byteSize(storeType))
      return { output, kernel, element, asserted: readLane(storeType, claimed, element), own: readLane(storeType, truth, element) }
    }
    start += truth.length
  }
  return undefined
}
