import { MAX_CLAIMS } from './header.ts'
import type { Program } from './types.ts'

/**
 * The kernels that a claimant may be asked for: committed, no output, and not dependent on an output, thinned evenly to 64 where there are
 * more. SPEC section 3.
 */
export function claimsOf(program: Omit<Program, 'claims'>): number[] {
  const { kernels, places, inputs, constants } = program
  const firstKernel = inputs.length + constants.length
  const outputs = new Set(program.outputs)
  // A kernel loads from earlier buffers alone, so one pass suffices.
  const tainted = kernels.map(() => false)
  const candidates: number[] = []
  for (const [index, kernel] of kernels.entries()) {
    tainted[index] = outputs.has(index) || kernel.loads.some(({ buffer }) => tainted[buffer - firstKernel] === true)
    if (!tainted[index] && places[index]?.committed) candidates.push(index)
  }
  if (candidates.length <= MAX_CLAIMS) return candidates
  return Array.from({ length: MAX_CLAIMS }, (_, entry) => candidates[Math.floor((entry * candidates.length) / MAX_CLAIMS)] ?? 0)
}
