import { rootOf, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomProgram } from '@opine/models/ir/random-program.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { committedRoot } from '@opine/models/trace/commitment.ts'
import type { Execute } from '@opine/models/trace/trace.ts'
import { elementsOf, randomNest } from './random-nest.ts'

const ALONE = new WasmExecutor(null)

/**
 * The first kernel whose buffer, or tensor root, is not that of `reference`, or null; all ways of running are compared.
 * @param ran  the program as the others get it
 */
export function firstDifference(
  program: Program,
  inputs: readonly Uint8Array[],
  ran: Program = program,
  executors: readonly WasmExecutor[] = [ALONE],
): number | null {
  const expected = reference(program, inputs)
  for (const executor of executors) {
    const different = differenceFrom(expected, ran, inputs, executor)
    if (different !== null) return different
  }
  return null
}

function differenceFrom(
  expected: readonly Uint8Array[],
  ran: Program,
  inputs: readonly Uint8Array[],
  executor: WasmExecutor,
): number | null {
  const found = executor.execute(ran, inputs)
  const different = expected.findIndex((bytes, kernel) => !same(bytes, found[kernel]!))
  if (different >= 0) return different
  const committed = executor.executeCommitted(ran, inputs)
  const other = committed.findIndex((bytes, kernel) => bytes !== null && !same(expected[kernel]!, bytes))
  if (other >= 0) return other
  const commitment = executor.commit(ran, inputs)
  const isRoot = (kernel: number): boolean => same(rootOf(tensorTree(expected[kernel]!)), committedRoot(commitment, kernel))
  const root = committed.findIndex((bytes, kernel) => bytes !== null && !isRoot(kernel))
  if (root >= 0) return root
  const outputs = executor.executeOutputs(ran, inputs)
  const isOutput = (kernel: number, at: number): boolean =>
    same(expected[kernel]!, outputs[at]!) && same(expected[kernel]!, commitment.outputs[at]!)
  return ran.outputs.find((kernel, at) => !isOutput(kernel, at)) ?? null
}

/** The defining executor, which demands that the others compute the same bits. @throws {Error} naming the kernel where one does not */
export const comparedExecute =
  (executors: readonly WasmExecutor[]): Execute =>
  (program, inputs) => {
    const different = firstDifference(program, inputs, program, executors)
    if (different !== null) throw new Error(`the WebAssembly executor differs in kernel ${different}`)
    for (const executor of executors) executor.release(program)
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
export function fuzz(from: number, to: number, executor: WasmExecutor = ALONE): { readonly programs: number; readonly kernels: number } {
  let kernels = 0
  for (let seed = from; seed < to; seed++) {
    const { program, inputs } = fuzzCase(seed)
    let different: number | null
    try {
      different = firstDifference(program, inputs, program, [executor])
      executor.release(program)
    } catch (cause) {
      throw new Error(`program ${seed} does not run`, { cause })
    }
    if (different !== null) throw new Error(`kernel ${different} of program ${seed} differs: ${JSON.stringify(program.kernels[different])}`)
    kernels += program.kernels.length
  }
  return { programs: to - from, kernels }
}
