import { programGas } from '@opine/models/gas/certificate.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { grouped } from '../output.ts'

/** The gas certificate of a program: the most that a final step takes as a transaction of its own, of each kernel and of all. */
export type StepGas = { readonly max: number; readonly kernel: number; readonly kernels: readonly number[] }

export function stepGasOf(program: Program): StepGas {
  const kernels = programGas(program)
  const max = kernels.reduce((most, gas) => Math.max(most, gas), 0)
  return { max, kernel: kernels.indexOf(max), kernels }
}

export const describeStepGas = ({ max, kernel }: StepGas): string => `at most ${grouped(max)} gas for a final step, of k${kernel}`
