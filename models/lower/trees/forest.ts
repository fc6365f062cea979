import { constantOf, numbersOf as knownNumbers } from '../constant.ts'
import type { NodeReader } from '../node.ts'

/** Outcomes of a comparison, as bits: less, equal, greater, not a number. */
export const [LESS, EQUAL, GREATER, NAN] = [1, 2, 4, 8] as const

/** What the feature must be to the value for the first child to be taken. */
export const MODES: Readonly<Record<string, number>> = {
  BRANCH_LEQ: LESS | EQUAL,
  BRANCH_LT: LESS,
  BRANCH_GTE: GREATER | EQUAL,
  BRANCH_GT: GREATER,
  BRANCH_EQ: EQUAL,
  BRANCH_NEQ: LESS | GREATER | NAN,
}

/** An inner node; children are indices of nodes, or `-1 - leaf`. `mode` has the bits of outcomes for `yes`. */
export type Branch = { readonly feature: number; readonly value: number; readonly mode: number; readonly yes: number; readonly no: number }

/** What a leaf adds to one score. */
export type Vote = { readonly target: number; readonly weight: number }

/** Roots are like children. */
export type Forest = {
  readonly roots: readonly number[]
  readonly branches: readonly Branch[]
  readonly leaves: readonly (readonly Vote[])[]
}

/** Levels that are descended, two kernels each. */
const MAX_DEPTH = 1024

/**
 * Levels of the deepest tree.
 * @throws {OpineError} `INVALID_NODE` where nodes form a cycle, `UNSUPPORTED_OPERATOR` for trees of more than 1024 levels
 */
export function depthOf(node: NodeReader, { roots, branches }: Forest): number {
  let level = new Set(roots.filter((root) => root >= 0))
  let depth = 0
  while (level.size > 0) {
    depth += 1
    if (depth > branches.length) throw node.invalid('has trees whose nodes form a cycle')
    if (depth > MAX_DEPTH) throw node.unsupported('trees of so many levels', `trees of at most ${MAX_DEPTH}`)
    level = new Set([...level].flatMap((index) => [branches[index]!.yes, branches[index]!.no]).filter((child) => child >= 0))
  }
  return depth
}

/**
 * The forest of a TreeEnsembleClassifier or TreeEnsembleRegressor from its attributes; votes come from the attributes with `prefix`.
 * @throws {OpineError} `INVALID_NODE`, `UNSUPPORTED_OPERATOR`
 */
export function forestOf(node: NodeReader, prefix: 'class' | 'target'): Forest {
  const ints = (name: string): readonly number[] => node.ints(name) ?? []
  const modes = node.strings('nodes_modes') ?? []
  const [trees, numbers] = [ints('nodes_treeids'), ints('nodes_nodeids')]
  const [features, missing] = [ints('nodes_featureids'), ints('nodes_missing_value_tracks_true')]
  const [yes, no] = [ints('nodes_truenodeids'), ints('nodes_falsenodeids')]
  const values = numbersOf(node, 'nodes_values')
  const lists = [trees, numbers, features, yes, no, values]
  if (modes.length === 0 || lists.some((list) => list.length !== modes.length))
    throw node.invalid('has lists of nodes of different lengths')

  // Nodes by tree and number, as children name them.
  const names = new Map<string, number>()
  const branchOf: number[] = []
  let [branchCount, leafCount] = [0, 0]
  for (const [index, mode] of modes.entries()) {
    const name = `${trees[index]} ${numbers[index]}`
    if (names.has(name)) throw node.invalid(`has two nodes ${numbers[index]} in tree ${trees[index]}`)
    names.set(name, index)
    if (mode !== 'LEAF' && !Object.hasOwn(MODES, mode)) throw node.unsupported(`the mode '${mode}'`, Object.keys(MODES).join(', '))
    branchOf.push(mode === 'LEAF' ? -1 - leafCount++ : branchCount++)
  }
  const find = (tree: number, number: number): number => {
    const index = names.get(`${tree} ${number}`)
    if (index === undefined) throw node.invalid(`has no node ${number} in tree ${tree}`)
    return index
  }
  const children = new Set<number>()
  const branches = modes.flatMap((mode, index): Branch[] => {
    if (mode === 'LEAF') return []
    const [first, second] = [find(trees[index]!, yes[index]!), find(trees[index]!, no[index]!)]
    children.add(first).add(second)
    const bits = MODES[mode]! | (missing[index] === 1 ? NAN : 0)
    return [{ feature: features[index]!, value: values[index]!, mode: bits, yes: branchOf[first]!, no: branchOf[second]! }]
  })
  const roots = branchOf.filter((_, index) => !children.has(index))
  const leaves: Vote[][] = Array.from({ length: leafCount }, () => [])
  const [voteTrees, voteNodes, targets] = [ints(`${prefix}_treeids`), ints(`${prefix}_nodeids`), ints(`${prefix}_ids`)]
  const weights = numbersOf(node, `${prefix}_weights`)
  if ([voteNodes, targets, weights].some((list) => list.length !== voteTrees.length))
    throw node.invalid('has lists of votes of different lengths')
  for (const [index, tree] of voteTrees.entries()) {
    const place = branchOf[find(tree, voteNodes[index]!)]!
    // A vote of an inner node counts for nothing.
    if (place < 0) leaves[-1 - place]!.push({ target: targets[index]!, weight: weights[index]! })
  }
  return { roots, branches, leaves }
}

/** A list of floats, which is an attribute or, as a tensor, the one with `_as_tensor`. */
export function numbersOf(node: NodeReader, name: string): readonly number[] {
  const attribute = node.attribute(`${name}_as_tensor`)
  return attribute && 'tensor' in attribute ? knownNumbers(constantOf(attribute.tensor))! : (node.floats(name) ?? [])
}
