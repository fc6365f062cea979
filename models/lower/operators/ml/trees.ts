import { f32, load, op } from '../../../ir/expression.ts'
import type { Expression } from '../../../ir/types.ts'
import { packTensor } from '../../../onnx/encode.ts'
import { constantOf } from '../../constant.ts'
import { mapElements } from '../../kernels.ts'
import type { Item, NodeReader, OperatorTable } from '../../node.ts'
import { descend } from '../../trees/descend.ts'
import { ensembleForest } from '../../trees/ensemble.ts'
import { depthOf, type Forest, forestOf, numbersOf } from '../../trees/forest.ts'
import { byTarget, type Count, surelyVoted, votes } from '../../trees/votes.ts'
import { shapeOf, type View } from '../../view.ts'
import { labelAbove, labelOfGreatest, labelsOf } from './labels.ts'
import { pairOf, postTransformOf, transformed } from './post-transform.ts'
import { rowsOf } from './rows.ts'

/** Votes of all leaves for all targets, as a constant of the program. */
const MAX_TABLE = 33_554_432

const SUM: Count = { how: 'sum', finish: [] }

/** The leaves that each item reaches, and how their votes are counted. */
type Ballot = (leaves: Forest['leaves'], how: Count) => View

function ballotOf(node: NodeReader, forest: Forest, targets: number): Ballot {
  const x = rowsOf(node)
  const [, features] = shapeOf(x) as [number, number]
  if (forest.branches.some(({ feature }) => feature < 0 || feature >= features))
    throw node.invalid(`looks at more than ${features} features`)
  if (forest.leaves.some((leaf) => leaf.some(({ target }) => target < 0 || target >= targets))) {
    throw node.invalid(`votes for more than ${targets} targets`)
  }
  if (Math.max(1, forest.leaves.length) * targets > MAX_TABLE) throw node.unsupported('so many leaves and targets', `${MAX_TABLE} votes`)
  const depth = depthOf(node, forest)
  const grouped = byTarget(forest, targets)
  const own = grouped ?? forest
  const reached = descend(node.builder, x, own, depth)
  return (leaves, how) => votes(node.builder, reached, leaves, targets, grouped !== null, how)
}

/** Scores with what they start from, one value for each target. */
function based(node: NodeReader, scores: View, base: readonly number[]): View {
  if (base.length === 0) return scores
  const shape = shapeOf(scores)
  if (base.length !== shape[1]) throw node.invalid(`wants ${shape[1]} base_values`)
  const values = constantOf(packTensor({ name: `${node.label} base values`, type: 'f32', shape: [base.length], data: base }))
  return mapElements(node.builder, [scores, values], shape, [load(0), load(1), op('f32.add')], 'f32')
}

function classifier(node: NodeReader): Item[] {
  const labels = labelsOf(node, 'classlabels_int64s')
  const forest = forestOf(node, 'class')
  const base = numbersOf(node, 'base_values')
  const transform = postTransformOf(node)
  const all = forest.leaves.flat()
  const positive = all.every(({ weight }) => weight >= 0)
  const voted = new Set(all.map(({ target }) => target))
  if (labels.count === 2 && voted.size === 1) {
    // One score stands for both classes.
    const [target] = voted
    const single = target === 0 && base.length < 2
    if (!single && base.length > 0) throw node.unsupported('base_values for a class without votes', 'one base value, votes for class 0')
    const threshold = [f32(positive ? 0.5 : 0)]
    if (!single) {
      const scores = ballotOf(node, forest, 2)(forest.leaves, SUM)
      const second = { ...scores, base: scores.base + 1, dims: [scores.dims[0]!, []] }
      return [labelAbove(node, labels, second, threshold), { type: 'f32', view: transformed(node, scores, transform) }]
    }
    const score = based(node, ballotOf(node, forest, 1)(forest.leaves, SUM), base)
    return [labelAbove(node, labels, score, threshold), { type: 'f32', view: pairOf(node, score, transform, positive) }]
  }
  const ballot = ballotOf(node, forest, labels.count)
  const scores = based(node, ballot(forest.leaves, SUM), base)
  const alwaysVoted = base.length > 0 || surelyVoted(forest).size === labels.count
  const candidates = alwaysVoted ? scores : candidatesOf(node, forest, ballot, scores)
  return [labelOfGreatest(node, labels, candidates), { type: 'f32', view: transformed(node, scores, transform) }]
}

/** Scores as classes compete with them: one that no tree votes for cannot win, though its score is 0. */
function candidatesOf(node: NodeReader, forest: Forest, ballot: Ballot, scores: View): View {
  // Where all votes are above 0, so is the winner's score.
  if (forest.leaves.every((leaf) => leaf.length > 0 && leaf.every(({ weight }) => weight > 0))) return scores
  const presence = forest.leaves.map((leaf) => leaf.map(({ target }) => ({ target, weight: 1 })))
  const present = ballot(presence, { how: 'max', finish: [] })
  const code = [load(0), f32(Number.NEGATIVE_INFINITY), f32(0), load(1), op('f32.lt'), op('select')]
  return mapElements(node.builder, [scores, present], shapeOf(scores), code, 'f32')
}

function countOf(node: NodeReader, name: string, trees: number): Count {
  if (name === 'SUM') return SUM
  const average: Expression = [f32(trees), op('f32.div')]
  if (name === 'AVERAGE') return { how: 'sum', finish: average }
  if (name === 'MIN' || name === 'MAX') return { how: name === 'MIN' ? 'min' : 'max', finish: [] }
  throw node.invalid(`has the aggregate_function '${name}'`)
}

function regressor(node: NodeReader): Item[] {
  const forest = forestOf(node, 'target')
  const targets = node.int('n_targets', 1)
  if (targets < 1) throw node.invalid('has no targets')
  const how = countOf(node, node.text('aggregate_function', 'SUM'), forest.roots.length)
  const scores = based(node, ballotOf(node, forest, targets)(forest.leaves, how), numbersOf(node, 'base_values'))
  return [{ type: 'f32', view: transformed(node, scores, postTransformOf(node)) }]
}

const AGGREGATES = ['AVERAGE', 'SUM', 'MIN', 'MAX'] as const

/** The one operator for both, from version 5 on. */
function ensemble(node: NodeReader): Item[] {
  const forest = ensembleForest(node)
  const targets = node.int('n_targets', 1)
  if (targets < 1) throw node.invalid('has no targets')
  const how = countOf(node, AGGREGATES[node.int('aggregate_function', 1)] ?? '', forest.roots.length)
  return [{ type: 'f32', view: transformed(node, ballotOf(node, forest, targets)(forest.leaves, how), postTransformOf(node)) }]
}

export const TREES: OperatorTable = {
  'ai.onnx.ml.TreeEnsemble': ensemble,
  'ai.onnx.ml.TreeEnsembleClassifier': classifier,
  'ai.onnx.ml.TreeEnsembleRegressor': regressor,
}
