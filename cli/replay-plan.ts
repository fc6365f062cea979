import { Random } from '@opine/models/ir/random.ts'
import { blockCount, type Kernel, type Program, product } from '@opine/models/ir/types.ts'
import type { Transition } from '@opine/models/trace/reads.ts'

type Kind = Pick<Transition, 'evaluation' | 'block'>

/** Every kind of transition that a kernel's elements have; of the blocks the last, which may be short, the first and a middle one. */
function kindsOf(kernel: Kernel): Kind[] {
  const blocks = blockCount(kernel)
  if (blocks <= 1) return [{ evaluation: 'ELEMENT', block: 0 }]
  const middle = Math.floor(blocks / 2)
  const numbers = [...new Set([blocks - 1, 0, middle])]
  return [...numbers.map((block): Kind => ({ evaluation: 'BLOCK', block })), { evaluation: 'RESULT', block: 0 }]
}

/** Elements in an order that soon meets guards: both ends, corners of the shape, the middle, then any. */
function elementOf({ shape }: Kernel, turn: number, random: Random): number {
  const count = product(shape)
  if (turn === 0) return 0
  if (turn === 1) return count - 1
  if (turn === 3) return Math.floor(count / 2)
  if (turn > 3 && random.chance(0.5)) return random.below(count)
  return shape.reduce((element, extent) => element * extent + (random.chance(0.5) ? extent - 1 : 0), 0)
}

/** The transition number `turn` of a kernel's: kinds in turn, each on another element. */
function nthTransition(kernel: Kernel, index: number, turn: number, random: Random): Transition {
  const kinds = kindsOf(kernel)
  return { kernel: index, element: elementOf(kernel, turn, random), ...kinds[turn % kinds.length]! }
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const moved = order[last]!
    order[last] = order[other]!
    order[other] = moved
  }
  return order
}

/**
 * The transitions to replay, without repetition, the same for the same seed. Kernels take turns, in an order drawn from the seed.
 * @param steps       how many, if the program has so many
 * @param allKernels  go on, beyond `steps`, until every kernel has had every kind of transition
 */
export function planReplay(program: Program, steps: number, seed: number, allKernels: boolean): Transition[] {
  const random = new Random(seed)
  const order = shuffled(program.kernels.length, random)
  const kinds = program.kernels.map((kernel) => kindsOf(kernel).length)
  const possible = program.kernels.reduce((sum, { shape }, index) => sum + product(shape) * kinds[index]!, 0)
  const wanted = Math.min(steps, possible)
  const planned = new Map<string, Transition>()
  for (let turn = 0; planned.size < wanted || (allKernels && turn < Math.max(...kinds)); turn++) {
    for (const index of order) {
      if (planned.size >= wanted && !(allKernels && turn < kinds[index]!)) continue
      const transition = nthTransition(program.kernels[index]!, index, turn, random)
      planned.set(`${index}/${transition.element}/${transition.evaluation}/${transition.block}`, transition)
    }
  }
  return [...planned.values()].sort((a, b) => a.kernel - b.kernel)
}
