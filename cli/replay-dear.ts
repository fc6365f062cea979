import { tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import { bufferSpec } from '@opine/models/exec/reference/kernel.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { blockCount, byteSize, type Kernel, type Program, product } from '@opine/models/ir/types.ts'
import { readsOf, type Transition } from '@opine/models/trace/reads.ts'
import { readTrace, type Trace } from '@opine/models/trace/trace.ts'

const DRAWN = 4

/**
 * Of some elements of a kernel the one whose step opens the most nodes: drawn ones, and those that read across the middle of an operand's
 * tree, where no sibling is shared.
 */
export function dearTransition(trace: Trace, kernel: number, random: Random): Transition {
  const { program } = trace
  const each = program.kernels[kernel]!
  const count = product(each.shape)
  const elements = [...new Set([...Array.from({ length: DRAWN }, () => random.below(count)), ...acrossMiddles(program, each)])]
  const kinds =
    blockCount(each) > 1
      ? [0, Math.floor(blockCount(each) / 2)].map((block) => ({ evaluation: 'BLOCK', block }) as const)
      : [{ evaluation: 'ELEMENT', block: 0 } as const]
  let dearest: { readonly nodes: number; readonly transition: Transition } | undefined
  for (const element of elements) {
    for (const kind of kinds) {
      const transition = { kernel, element, ...kind }
      const nodes = openedNodes(trace, transition)
      if (!dearest || nodes > dearest.nodes) dearest = { nodes, transition }
    }
  }
  return dearest!.transition
}

function openedNodes(trace: Trace, transition: Transition): number {
  let nodes = 0
  for (const { buffer, words } of readsOf(trace.program, transition, readTrace(trace))) {
    const { type, count } = bufferSpec(trace.program, buffer)
    let level: readonly number[] = words
    nodes += words.length
    for (let depth = tensorDepth(count * byteSize(type)); depth > 0; depth--) {
      level = [...new Set(level.map((index) => Math.floor(index / 2)))]
      nodes += level.length
    }
  }
  return nodes
}

/** For each load an element that reads just below the middle of the operand's tree, as near as the output coordinates come to it. */
function acrossMiddles(program: Program, { shape, loads, reduce }: Kernel): number[] {
  return loads.map(({ buffer, base, axes }) => {
    const { type, count } = bufferSpec(program, buffer)
    const strides = [...shape, ...(reduce?.extents ?? [])].map((_, variable) =>
      axes.reduce((sum, { stride, coordinate }) => {
        const term = coordinate.kind === 'affine' ? coordinate.terms.find((each) => each.variable === variable) : undefined
        return sum + stride * (term?.coefficient ?? 0)
      }, 0),
    )
    const reach = (reduce?.extents ?? []).reduce(
      (sum, extent, index) => sum + Math.max(0, strides[shape.length + index]! * (extent - 1)),
      0,
    )
    let rest = (2 ** (tensorDepth(count * byteSize(type)) - 1) * 32) / byteSize(type) - 1 - Math.floor(Math.min(reach, 120) / 2) - base
    const coordinates = shape.map(() => 0)
    const order = shape.map((_, variable) => variable).sort((a, b) => strides[b]! - strides[a]!)
    for (const variable of order) {
      const stride = strides[variable]!
      if (stride <= 0) continue
      coordinates[variable] = Math.max(0, Math.min(shape[variable]! - 1, Math.floor(rest / stride)))
      rest -= stride * coordinates[variable]!
    }
    return coordinates.reduce((element, coordinate, variable) => element * shape[variable]! + coordinate, 0)
  })
}
