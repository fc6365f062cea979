import type { Random } from '@opine/models/ir/random.ts'
import { randomProgram } from '@opine/models/ir/random-program.ts'
import type { Program } from '@opine/models/ir/types.ts'

/** A valid program of any operations, without inputs of f16, which are written by nobody here. */
export function anyProgram(random: Random): Program {
  const program = randomProgram(random)
  const inputs = program.inputs.map(({ type, count }) => ({ type: type === 'f16' ? ('f32' as const) : type, count }))
  return { ...program, inputs }
}
