import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { execute, executeCommitted, executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomProgram } from '@opine/models/ir/random-program.ts'
import type { Program } from '@opine/models/ir/types.ts'
import type { Execute } from '@opine/models/trace/trace.ts'
import { elementsOf, randomNest } from './random-nest.ts'

/** The first kernel whose buffer is not that of `reference`, or null; all ways of running are compared. */
export function firstDifference(program: Program, inputs: readonly Uint8Array[], ran: Program = program): number | null {
  const expected = reference(program, inputs)
  const found = execute(ran, inputs)
  const different = expected.findIndex((bytes, kernel) => !same(bytes, found[kernel]!))
  if (different >= 0) return different
  const committed = executeCommitted(ran, inputs)
  const other = committed.findIndex((bytes, kernel) => bytes !== null && !same(expected[kernel]!, bytes))
  if (other >= 0) return other
  const outputs = executeOutputs(ran, inputs)
  return program.outputs.find((kernel, at) => !same(expected[kernel]!, outputs[at]!)) ?? null
}

/** The defining executor, which demands that the other computes the same bits. @throws {Error} naming the kernel where it does not */
export const comparedExecute: Execute = (program, inputs) => {
  const different = firstDifference(program, inputs)
  if (different !== null) throw new Error(`the WebAssembly executor differs in kernel ${different}`)
  return reference(program, inputs)
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at])

/** A program and its inputs by a number: one kernel as models have them, or several of any kind. */
export function fuzzCase(seed: number): { readonly program: Program; readonly inputs: readonly Uint8Array[] } {
  const random = new Random(seed)
  const program = seed % 2 === 0 ? randomNest(random) : randomProgram(random)
  return { program, inputs: program.inputs.map(({ type, count }) => elementsOf(random, type, count)) }
}

/**
 * Compares the programs with numbers `from` up to `to` with `reference`.
 * @throws {Error} naming the number of the first one that differs, or that does not run
 */
export function fuzz(from: number, to: number): { readonly programs: number; readonly kernels: number } {
  let kernels = 0
  for (let seed = from; seed < to; seed++) {
    const { program, inputs } = fuzzCase(seed)
    let different: number | null
    try {
      different = firstDifference(program, inputs)
    } catch (cause) {
      throw new Error(`program ${seed} does not run`, { cause })
    }
    if (different !== null) throw new Error(`kernel ${different} of program ${seed} differs: ${JSON.stringify(program.kernels[different])}`)
    kernels += program.kernels.length
  }
  return { programs: to - from, kernels }
}
