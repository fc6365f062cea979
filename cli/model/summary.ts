import { bufferBytes } from '@opine/models/exec/reference/kernel.ts'
import { kernelKind } from '@opine/models/ir/describe.ts'
import { bufferOf, type Program } from '@opine/models/ir/types.ts'

/**
 * What a program is, in figures.
 * @property parameters     elements of all constants
 * @property traceBytes     bytes of all kernels' buffers; `committedBytes` of those alone that an assertion commits to
 * @property kernelKinds    how many kernels there are of each kind, folds by name and the rest as `map`
 */
export type ProgramSummary = {
  readonly parameters: number
  readonly constants: number
  readonly constantBytes: number
  readonly kernels: number
  readonly committed: number
  readonly segments: number
  readonly traceBytes: number
  readonly committedBytes: number
  readonly kernelKinds: Readonly<Record<string, number>>
}

export function summarize(program: Program): ProgramSummary {
  const { constants, kernels, places } = program
  const sizes = kernels.map((_, kernel) => bufferBytes(program, bufferOf(program, kernel)))
  const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0)
  const kinds: Record<string, number> = {}
  for (const kernel of kernels) {
    const kind = kernel.reduce ? kernelKind(kernel) : 'map'
    kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  return {
    parameters: total(constants.map(({ count }) => count)),
    constants: constants.length,
    constantBytes: total(constants.map(({ bytes }) => bytes.length)),
    kernels: kernels.length,
    committed: places.filter(({ committed }) => committed).length,
    segments: new Set(places.map(({ first }) => first)).size,
    traceBytes: total(sizes),
    committedBytes: total(sizes.filter((_, kernel) => places[kernel]!.committed)),
    kernelKinds: kinds,
  }
}
