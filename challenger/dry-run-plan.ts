import { fromHex, type Hex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { blockCount, bufferOf, type Kernel, type Program, product } from '@opine/models/ir/types.ts'
import { outputDifference } from '@opine/models/trace/output-difference.ts'
import type { Transition } from '@opine/models/trace/reads.ts'
import type { Trace } from '@opine/models/trace/trace.ts'

/** A step to try. @property kind  of what it is one of many; null for a step that is meant itself */
export type PlannedStep = Transition & { readonly kind: string | null }

/** All evaluations of an element; of many blocks the first, the last, which may be short, and a drawn one. */
function evaluationsOf(kernel: Kernel, random: Random): Pick<Transition, 'evaluation' | 'block'>[] {
  const blocks = blockCount(kernel)
  if (blocks <= 1) return [{ evaluation: 'ELEMENT', block: 0 }]
  const numbers = [...new Set([0, blocks - 1, random.below(blocks)])]
  return [...numbers.map((block) => ({ evaluation: 'BLOCK' as const, block })), { evaluation: 'RESULT', block: 0 }]
}

/** The element that a false output shows to be wrong, in every way in which it can be evaluated; nothing where the output is true, or unknown. */
export function planExact(trace: Trace, output: Hex | undefined, random: Random): PlannedStep[] {
  const at = output === undefined ? undefined : outputDifference(trace, fromHex(output))
  if (!at) return []
  const { kernel, element } = at
  return evaluationsOf(trace.program.kernels[kernel]!, random).map((evaluation) => ({ kind: null, kernel, element, ...evaluation }))
}

/** One drawn element of one kernel of every kind that the program has, in every way in which it can be evaluated. */
export function planKinds(program: Program, random: Random): PlannedStep[] {
  const kinds = new Map<string, number[]>()
  for (const [index, kernel] of program.kernels.entries()) {
    const kind = kindOf(program, kernel)
    const known = kinds.get(kind)
    if (known) known.push(index)
    else kinds.set(kind, [index])
  }
  return [...kinds].flatMap(([kind, members]) => {
    const kernel = random.pick(members)
    const element = random.below(product(program.kernels[kernel]!.shape))
    return evaluationsOf(program.kernels[kernel]!, random).map((evaluation) => ({ kind, kernel, element, ...evaluation }))
  })
}

/** What the verifier's way through a kernel depends on: its code, how it folds, and from what and how it loads; not its extents. */
function kindOf(program: Program, kernel: Kernel): string {
  const { storeType, term, result, reduce, loads } = kernel
  const code = [term, result].map((expression) => expression.map(({ op }) => op))
  const fold = reduce && [reduce.op, blockCount(kernel) > 1]
  const first = bufferOf(program, 0)
  const from = loads.map(({ buffer, fill, axes }) => {
    const place = buffer < program.inputs.length ? 'input' : buffer < first ? 'constant' : program.places[buffer - first]!.committed
    return [place, fill !== 0, [...new Set(axes.map(({ coordinate }) => coordinate.kind))].sort()]
  })
  return Buffer.from(sha256(new TextEncoder().encode(JSON.stringify([storeType, code, fold, from])))).toString('hex', 0, 8)
}
