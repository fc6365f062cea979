import { bufferOf, type Program } from '@opine/models/ir/types.ts'

/**
 * For every input of a program, how many positions the shortest table has that its values point into; infinite where they are no
 * positions. Followed through kernels of integers, such as those that count negative positions from the end.
 */
export function indexBounds(program: Program): number[] {
  const bounds: number[] = new Array(bufferOf(program, program.kernels.length)).fill(Number.POSITIVE_INFINITY)
  const tighten = (buffer: number, bound: number): void => {
    bounds[buffer] = Math.min(bounds[buffer]!, bound)
  }
  // Kernels read earlier ones only: one pass from the last to the first.
  for (const [index, kernel] of [...program.kernels.entries()].reverse()) {
    for (const load of kernel.loads) {
      for (const { extent, coordinate } of load.axes) {
        if (coordinate.kind === 'indexed') tighten(kernel.loads[coordinate.load]!.buffer, extent)
      }
      if (kernel.resultType === 'i32' && !kernel.reduce) tighten(load.buffer, bounds[bufferOf(program, index)]!)
    }
  }
  return bounds.slice(0, program.inputs.length)
}
