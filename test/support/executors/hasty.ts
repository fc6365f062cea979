import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import type { Execute } from '@opine/models/trace/trace.ts'

/** Right in everything but the last bit of one kernel. */
export const execute: Execute = (program, inputs) => {
  const buffers = reference(program, inputs)
  buffers[0]![0]! ^= 1
  return buffers
}
