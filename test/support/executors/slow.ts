import { existsSync, rmSync } from 'node:fs'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import type { Execute } from '@opine/models/trace/trace.ts'

/**
 * Right, but the first byte of an input may ask for more: 250 computes until the file OPINE_TEST_GATE is there, 251 ends its thread the first
 * time, while OPINE_TEST_TRAP is there.
 */
export const execute: Execute = (program, inputs) => {
  const [gate, trap] = [process.env.OPINE_TEST_GATE, process.env.OPINE_TEST_TRAP]
  while (inputs[0]![0] === 250 && gate && !existsSync(gate));
  if (inputs[0]![0] === 251 && trap && existsSync(trap)) {
    rmSync(trap)
    process.exit(9)
  }
  return reference(program, inputs)
}
