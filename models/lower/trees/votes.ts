import { f32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { packTensor } from '../../onnx/encode.ts'
import type { Builder } from '../builder.ts'
import { constantOf } from '../constant.ts'
import { affine, at, indexedBy } from '../draft-load.ts'
import { shapeOf, type View } from '../view.ts'
import type { Forest, Vote } from './forest.ts'

/** Weights that stand for no vote. */
const NONE = { sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY } as const

/** How the votes for a target become one number; `finish` is code for it. */
export type Count = { readonly how: keyof typeof NONE; readonly finish: Expression }

/**
 * The same forest with its trees in the order of the targets that they vote for, where each tree has one and all targets have equally many
 * trees; else null.
 */
export function byTarget(forest: Forest, targets: number): Forest | null {
  const below = leavesOfTrees(forest)
  if (!below) return null
  const owners = below.map(ownerOf)
  const of = (target: number): number[] => forest.roots.filter((_, tree) => owners[tree] === target)
  const own = forest.roots.length / targets
  const groups = Array.from({ length: targets }, (_, target) => of(target))
  return targets > 1 && groups.every((group) => group.length === own) ? { ...forest, roots: groups.flat() } : null
}

/** The one target that these leaves vote for; -1 where they have none or several. */
function ownerOf(leaves: Forest['leaves']): number {
  const targets = new Set(leaves.flatMap((leaf) => leaf.map(({ target }) => target)))
  const [owner] = targets
  return targets.size === 1 ? owner! : -1
}

/** Targets for which some tree votes whatever leaf is reached. */
export function surelyVoted(forest: Forest): Set<number> {
  const sure = (leavesOfTrees(forest) ?? []).map((below) => {
    const [first, ...rest] = below.map((leaf) => new Set(leaf.map(({ target }) => target)))
    return [...(first ?? [])].filter((target) => rest.every((targets) => targets.has(target)))
  })
  return new Set(sure.flat())
}

/** The leaves of each tree; null where trees share so many nodes that looking at each is too much. */
function leavesOfTrees({ roots, branches, leaves }: Forest): Forest['leaves'][] | null {
  let visits = 8 * (branches.length + leaves.length) + 1024
  const all: (readonly Vote[])[][] = []
  for (const root of roots) {
    const rest = [root]
    const seen = new Set<number>()
    const found: (readonly Vote[])[] = []
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      visits -= 1
      if (visits < 0) return null
      if (next < 0) found.push(leaves[-1 - next]!)
      else rest.push(branches[next]!.yes, branches[next]!.no)
    }
    all.push(found)
  }
  return all
}

/**
 * The votes of the leaves that were reached, `[N, targets]`: their sum, or their least or greatest, 0 where there is none.
 * @param reached  `[N, trees]`, leaves by number
 * @param grouped  whether the trees are ordered as `byTarget` has them
 */
export function votes(
  builder: Builder,
  reached: View,
  leaves: Forest['leaves'],
  targets: number,
  grouped: boolean,
  { how, finish }: Count,
): View {
  const [items, trees] = shapeOf(reached) as [number, number]
  const weigh = (leaf: readonly Vote[], target: number): number => {
    const own = leaf.filter((vote) => vote.target === target).map(({ weight }) => weight)
    if (how === 'sum') return own.reduce((total, weight) => Math.fround(total + weight), 0)
    return how === 'min' ? Math.min(NONE.min, ...own) : Math.max(NONE.max, ...own)
  }
  const table = (shape: readonly number[], data: readonly number[]): View =>
    constantOf(packTensor({ name: `${builder.label} weights`, type: 'f32', shape, data }))
  const all = Array.from({ length: targets }, (_, target) => target)
  const weights = grouped
    ? table(
        [leaves.length],
        leaves.map((leaf) => weigh(leaf, leaf[0]?.target ?? 0)),
      )
    : table(
        [leaves.length, targets],
        leaves.flatMap((leaf) => all.map((target) => weigh(leaf, target))),
      )
  const own = grouped ? trees / targets : trees
  const none: Expression = [f32(0), op('fold'), op('fold'), f32(NONE[how]), op('f32.eq'), op('select')]
  return builder.emit({
    type: 'f32',
    shape: [items, targets],
    operands: [
      { view: weights, at: grouped ? [indexedBy(1)] : [indexedBy(1), at(1)] },
      { view: builder.simple(reached), at: [at(0), grouped ? affine(0, [1, own], [2, 1]) : at(2)] },
    ],
    reduce: { op: how, extents: [own], term: [load(0)] },
    result: [...(how === 'sum' ? [op('fold')] : none), ...finish],
  })
}
