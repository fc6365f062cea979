import { bufferOf, type Kernel, type Program } from '../../ir/types.ts'
import { bufferSpec } from '../reference/kernel.ts'

/** Some of a program's kernels as a program of their own. @property inputs  the buffers of the whole program that it takes, in order */
export type Part = { readonly program: Program; readonly inputs: readonly number[] }

/** @param kernels  ascending @param inputs  all buffers that they load, but constants and each other's */
export function partOf(program: Program, kernels: readonly number[], inputs: readonly number[]): Part {
  const used = new Set(kernels.flatMap((kernel) => program.kernels[kernel]!.loads.map(({ buffer }) => buffer)))
  const constants = program.constants.flatMap((_, index) =>
    used.has(program.inputs.length + index) ? [program.inputs.length + index] : [],
  )
  const buffers = new Map(
    [...inputs, ...constants, ...kernels.map((kernel) => bufferOf(program, kernel))].map((buffer, index) => [buffer, index]),
  )
  const moved = (kernel: Kernel): Kernel => ({
    ...kernel,
    loads: kernel.loads.map((load) => ({ ...load, buffer: buffers.get(load.buffer)! })),
  })
  return {
    inputs,
    program: {
      inputs: inputs.map((buffer) => bufferSpec(program, buffer)),
      constants: constants.map((buffer) => program.constants[buffer - program.inputs.length]!),
      kernels: kernels.map((kernel) => moved(program.kernels[kernel]!)),
      places: kernels.map((_, first) => ({ committed: true, first, length: 1 })),
      outputs: kernels.map((_, index) => index),
      claims: [],
    },
  }
}
