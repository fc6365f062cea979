import { constantOf, numbersOf } from '../constant.ts'
import type { NodeReader } from '../node.ts'
import { type Branch, EQUAL, type Forest, MODES, NAN } from './forest.ts'

/** Modes by number; 6 is membership in a set. */
const NUMBERED = [MODES.BRANCH_LEQ, MODES.BRANCH_LT, MODES.BRANCH_GTE, MODES.BRANCH_GT, MODES.BRANCH_EQ, MODES.BRANCH_NEQ] as const
const MEMBER = 6

/**
 * The forest of a TreeEnsemble. A node that asks for membership becomes a chain of nodes that ask for each member.
 * @throws {OpineError} `INVALID_NODE`, `UNSUPPORTED_TYPE` for values of float64
 */
export function ensembleForest(node: NodeReader): Forest {
  const tensor = (name: string): number[] => {
    const attribute = node.attribute(name)
    return attribute && 'tensor' in attribute ? numbersOf(constantOf(attribute.tensor))! : []
  }
  const ints = (name: string): readonly number[] => node.ints(name) ?? []
  const [modes, splits, weights] = [tensor('nodes_modes'), tensor('nodes_splits'), tensor('leaf_weights')]
  const [features, missing] = [ints('nodes_featureids'), ints('nodes_missing_value_tracks_true')]
  const yes = { ids: ints('nodes_truenodeids'), leaf: ints('nodes_trueleafs') }
  const no = { ids: ints('nodes_falsenodeids'), leaf: ints('nodes_falseleafs') }
  const targets = ints('leaf_targetids')
  const lists = [splits, features, yes.ids, yes.leaf, no.ids, no.leaf]
  if (lists.some((list) => list.length !== modes.length)) throw node.invalid('has lists of nodes of different lengths')
  if (targets.length !== weights.length) throw node.invalid('has lists of leaves of different lengths')
  const child = ({ ids, leaf }: typeof yes, index: number): number => {
    const own = ids[index]!
    const isLeaf = leaf[index] === 1
    if (own < 0 || own >= (isLeaf ? targets : modes).length) throw node.invalid(`has no ${isLeaf ? 'leaf' : 'node'} ${own}`)
    return isLeaf ? -1 - own : own
  }
  const members = setsOf(tensor('membership_values'))
  const branches: Branch[] = []
  const chained: Branch[] = []
  for (const [index, mode] of modes.entries()) {
    const nan = missing[index] === 1 ? NAN : 0
    const [first, second] = [child(yes, index), child(no, index)]
    const branch = { feature: features[index]!, value: splits[index]!, yes: first, no: second }
    if (mode !== MEMBER) {
      const bits = NUMBERED[mode]
      if (bits === undefined) throw node.invalid(`has the mode ${mode}`)
      branches.push({ ...branch, mode: bits | nan })
      continue
    }
    // The first member in this node, the others in nodes behind all others; none leads on.
    const set = members.shift()
    if (!set || set.length === 0) throw node.invalid('has fewer sets of members than nodes that ask for them')
    for (const [place, value] of set.entries()) {
      const next = place + 1 < set.length ? modes.length + chained.length + (place === 0 ? 0 : 1) : second
      const link = { ...branch, value, mode: EQUAL | nan, no: next }
      if (place === 0) branches.push(link)
      else chained.push(link)
    }
  }
  const roots = ints('tree_roots')
  if (roots.some((root) => root < 0 || root >= modes.length)) throw node.invalid('has a root that is no node')
  const leaves = targets.map((target, index) => [{ target, weight: weights[index]! }])
  return { roots, branches: [...branches, ...chained], leaves }
}

/** Lists that NaN ends. */
function setsOf(values: readonly number[]): number[][] {
  const sets: number[][] = []
  let own: number[] = []
  for (const value of values) {
    if (Number.isNaN(value)) {
      sets.push(own)
      own = []
    } else own.push(value)
  }
  return own.length > 0 ? [...sets, own] : sets
}
