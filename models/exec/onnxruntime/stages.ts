import { bufferOf, type Program } from '../../ir/types.ts'

/** Kernels that run together, on the stock runtime or canonically, in ascending order. */
export type Stage = { readonly stock: boolean; readonly kernels: readonly number[] }

/**
 * Shares the kernels out so that they change hands as rarely as their operands allow: stages run one after the other, and each kernel is in the
 * first one of its kind that comes after all of its operands.
 * @param stock  whether a kernel may run on the stock runtime
 */
export function stagesOf(program: Program, stock: (kernel: number) => boolean): Stage[] {
  const first = bufferOf(program, 0)
  const kinds = program.kernels.map((_, kernel) => stock(kernel))
  const stages: number[] = []
  program.kernels.forEach(({ loads }, kernel) => {
    // Even stages are stock, odd ones canonical.
    let stage = kinds[kernel] ? 0 : 1
    for (const { buffer } of loads) {
      if (buffer < first) continue
      const before = stages[buffer - first]!
      stage = Math.max(stage, kinds[buffer - first] === kinds[kernel] ? before : before + 1)
    }
    stages.push(stage)
  })
  const last = Math.max(0, ...stages)
  return Array.from({ length: last + 1 }, (_, stage) => ({
    stock: stage % 2 === 0,
    kernels: stages.flatMap((each, kernel) => (each === stage ? [kernel] : [])),
  })).filter(({ kernels }) => kernels.length > 0)
}

/** Buffers that a stage's kernels load and do not write themselves, constants apart. */
export function stageInputs(program: Program, { kernels }: Stage): number[] {
  const own = new Set(kernels.map((kernel) => bufferOf(program, kernel)))
  const constants = (buffer: number): boolean => buffer >= program.inputs.length && buffer < bufferOf(program, 0)
  const loaded = kernels.flatMap((kernel) => program.kernels[kernel]!.loads.map(({ buffer }) => buffer))
  return [...new Set(loaded)].filter((buffer) => !own.has(buffer) && !constants(buffer)).sort((a, b) => a - b)
}
