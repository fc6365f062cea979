import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { packTensor } from '@opine/models/onnx/encode.ts'
import type { Attribute } from '@opine/models/onnx/types.ts'
import { expect } from 'chai'
import { type Case, fileOf, int, itAgrees, node, text, x } from '../../support/onnx-case.ts'
import { randomNumbers } from '../../support/run-onnx.ts'

const strings = (list: readonly string[]): Attribute => ({ strings: list })
const floats = (list: readonly number[]): Attribute => ({ floats: list })
const list = (values: readonly number[]): Attribute => ({ ints: values })

const FEATURES = 4

/** One node as the attributes list it; children are numbers of nodes, a leaf has votes. */
type Node = {
  tree: number
  id: number
  feature: number
  value: number
  mode: string
  yes: number
  no: number
  missing: number
  votes: [number, number][]
}

type Growth = {
  readonly trees: number
  readonly depth: number
  readonly targets: number
  readonly modes: readonly string[]
  readonly missing?: boolean
  /** Votes of a leaf of this tree: one for the tree's own target, or one for every target. */
  readonly votes: 'own' | 'all'
  readonly sign?: 'positive' | 'mixed'
}

/** Trees of uneven depth with reproducible features, thresholds and votes. */
function grow({ trees, depth, targets, modes, missing = false, votes, sign = 'mixed' }: Growth): Node[] {
  const numbers = randomNumbers(4096, trees + depth)
  const next = (): number => numbers.pop()!
  const nodes: Node[] = []
  for (let tree = 0; tree < trees; tree += 1) {
    let count = 0
    const plant = (level: number): number => {
      const id = count++
      const leaf = level === 0 || (level < depth - 1 && next() > 0.6)
      const weight = (): number => (sign === 'positive' ? Math.abs(next()) + 0.01 : next())
      const own = votes === 'own' ? [tree % targets] : Array.from({ length: targets }, (_, target) => target)
      const grown: Node = {
        ...{ tree, id, feature: 0, value: 0, mode: 'LEAF', yes: 0, no: 0, missing: 0 },
        votes: leaf ? own.map((target) => [target, Math.fround(weight())]) : [],
      }
      nodes.push(grown)
      if (leaf) return id
      grown.mode = modes[id % modes.length]!
      grown.feature = Math.floor(Math.abs(next()) * FEATURES)
      grown.value = Math.round(next() * 4) / 2
      grown.missing = missing && next() > 0 ? 1 : 0
      grown.yes = plant(level - 1)
      grown.no = plant(level - 1)
      return id
    }
    plant(depth)
  }
  return nodes
}

function attributesOf(nodes: readonly Node[], prefix: 'class' | 'target'): Record<string, Attribute> {
  const votes = nodes.flatMap(({ tree, id, votes: own }) => own.map(([target, weight]) => ({ tree, id, target, weight })))
  const each = (pick: (node: Node) => number): Attribute => list(nodes.map(pick))
  return {
    nodes_treeids: each(({ tree }) => tree),
    nodes_nodeids: each(({ id }) => id),
    nodes_featureids: each(({ feature }) => feature),
    nodes_truenodeids: each(({ yes }) => yes),
    nodes_falsenodeids: each(({ no }) => no),
    nodes_missing_value_tracks_true: each(({ missing }) => missing),
    nodes_values: floats(nodes.map(({ value }) => value)),
    nodes_modes: strings(nodes.map(({ mode }) => mode)),
    [`${prefix}_treeids`]: list(votes.map(({ tree }) => tree)),
    [`${prefix}_nodeids`]: list(votes.map(({ id }) => id)),
    [`${prefix}_ids`]: list(votes.map(({ target }) => target)),
    [`${prefix}_weights`]: floats(votes.map(({ weight }) => weight)),
  }
}

/** Halves, which meet the thresholds, and NaN. */
const SAMPLES = randomNumbers(9 * FEATURES, 11).map((value, index) => (index % 7 === 3 ? Number.NaN : Math.round(value * 4) / 2))
const NUMBERS = SAMPLES.map((value) => (Number.isNaN(value) ? 0.5 : value))

const ml = (op: string, outputs: string, attributes: Record<string, Attribute>, feed: readonly number[], version = 3): Case => ({
  inputs: x(9, FEATURES),
  nodes: [{ ...node(op, 'x', outputs, attributes), domain: 'ai.onnx.ml' }],
  outputs: outputs.split(' '),
  domains: { 'ai.onnx.ml': version },
  feeds: { x: feed },
})
const regressor = (growth: Growth, more: Record<string, Attribute> = {}, feed = NUMBERS): Case =>
  ml('TreeEnsembleRegressor', 'y', { ...attributesOf(grow(growth), 'target'), n_targets: int(growth.targets), ...more }, feed)
const classifier = (growth: Growth, labels: readonly number[], more: Record<string, Attribute> = {}): Case => ({
  ...ml('TreeEnsembleClassifier', 'l z', { ...attributesOf(grow(growth), 'class'), classlabels_int64s: list(labels), ...more }, NUMBERS),
  types: { l: 'i64' },
})

const LEQ: Growth = { trees: 6, depth: 4, targets: 1, modes: ['BRANCH_LEQ'], votes: 'own' }
const MODES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']
const EVERY_MODE = MODES.flatMap((mode) => [
  [`${mode} alone`, regressor({ ...LEQ, modes: [mode] }, {}, SAMPLES)],
  [`${mode} where NaN may take the first child`, regressor({ ...LEQ, modes: [mode], missing: true }, {}, SAMPLES)],
])

const REGRESSORS: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(EVERY_MODE),
  'all modes mixed': regressor({ ...LEQ, modes: MODES, missing: true }, {}, SAMPLES),
  'a base value': regressor(LEQ, { base_values: floats([0.7]) }),
  'several targets, each tree votes for one': regressor({ ...LEQ, targets: 3 }),
  'several targets, each leaf votes for all, with base values': regressor(
    { ...LEQ, targets: 3, votes: 'all' },
    { base_values: floats([1, -2, 3]) },
  ),
  'trees that are not equally many for each target': regressor({ ...LEQ, trees: 5, targets: 2 }),
  ...Object.fromEntries(
    ['AVERAGE', 'MIN', 'MAX'].map((name) => [
      `${name} of votes`,
      regressor({ ...LEQ, targets: 2, votes: 'all' }, { aggregate_function: text(name), base_values: floats([0.5, 1]) }),
    ]),
  ),
  ...Object.fromEntries(
    ['LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO'].map((name) => [
      `${name} of scores`,
      regressor({ ...LEQ, targets: 3, votes: 'all' }, { post_transform: text(name) }),
    ]),
  ),
  'PROBIT of a mean of probabilities': regressor(
    { ...LEQ, sign: 'positive' },
    { post_transform: text('PROBIT'), aggregate_function: text('AVERAGE') },
  ),
  'trees of a leaf alone': regressor({ ...LEQ, depth: 0 }),
}

const CLASSIFIERS: Readonly<Record<string, Case>> = {
  'three classes, one tree for each in turn': classifier({ ...LEQ, targets: 3 }, [0, 1, 2], { post_transform: text('SOFTMAX') }),
  'three classes with other labels': classifier({ ...LEQ, targets: 3, votes: 'all' }, [7, -3, 100_000]),
  'base values': classifier({ ...LEQ, targets: 3, votes: 'all' }, [0, 1, 2], { base_values: floats([0.1, 0.9, -0.2]) }),
  'one score for two classes, logistic': classifier(LEQ, [0, 1], { post_transform: text('LOGISTIC'), base_values: floats([0.25]) }),
  'one score for two classes, raw': classifier(LEQ, [4, 9]),
  'one probability for two classes': classifier({ ...LEQ, trees: 1, sign: 'positive' }, [0, 1]),
  'classes without a vote': classifier({ ...LEQ, trees: 2, targets: 3, votes: 'own' }, [0, 1, 2]),
}

/** Two trees over one list of nodes: `x0 <= 0 ? leaf 0 : (x1 in {1, 2, 3} ? leaf 1 : leaf 2)`, and the second node of the first. */
const ENSEMBLE: Record<string, Attribute> = {
  n_targets: int(2),
  tree_roots: list([0, 1]),
  nodes_featureids: list([0, 1]),
  nodes_modes: { tensor: packTensor({ name: '', type: 'u8', shape: [2], data: [0, 6] }) },
  nodes_splits: { tensor: packTensor({ name: '', type: 'f32', shape: [2], data: [0, 0] }) },
  nodes_truenodeids: list([0, 1]),
  nodes_trueleafs: list([1, 1]),
  nodes_falsenodeids: list([1, 2]),
  nodes_falseleafs: list([0, 1]),
  membership_values: { tensor: packTensor({ name: '', type: 'f32', shape: [4], data: [1, 2, 3, Number.NaN] }) },
  leaf_targetids: list([0, 1, 0]),
  leaf_weights: { tensor: packTensor({ name: '', type: 'f32', shape: [3], data: [0.5, 1.5, -2] }) },
}

describe('TreeEnsembleRegressor agrees with ONNX Runtime', () => {
  itAgrees(REGRESSORS)
})

describe('TreeEnsembleClassifier agrees with ONNX Runtime', () => {
  itAgrees(CLASSIFIERS)
})

describe('TreeEnsemble agrees with ONNX Runtime', () => {
  itAgrees({
    'with membership in a set': ml('TreeEnsemble', 'y', ENSEMBLE, NUMBERS, 5),
    'with an average': ml('TreeEnsemble', 'y', { ...ENSEMBLE, aggregate_function: int(0) }, NUMBERS, 5),
  })
})

describe('trees', () => {
  const refuses = (each: Case, code: string): void => {
    expect(() => compile(fileOf('refused', each)))
      .to.throw(OpineError)
      .with.property('code', code)
  }
  it('have labels that are strings only where nobody reads them', () => {
    const each = classifier({ ...LEQ, targets: 3 }, [], { classlabels_strings: strings(['a', 'b', 'c']) })
    refuses(each, 'UNSUPPORTED_OPERATOR')
    expect(compile(fileOf('scores', { ...each, outputs: ['z'] })).interface.outputs.map(({ shape }) => shape)).to.deep.equal([[9, 3]])
  })
  it('are refused where their nodes form a cycle, are missing or look at features that are not there', () => {
    const nodes = grow({ ...LEQ, trees: 1, depth: 2 })
    const changed = (index: number, change: Partial<Node>): Case =>
      ml('TreeEnsembleRegressor', 'y', attributesOf(nodes.with(index, { ...nodes[index]!, ...change }), 'target'), NUMBERS)
    refuses(changed(1, { yes: 1 }), 'INVALID_NODE')
    refuses(changed(0, { yes: 99 }), 'INVALID_NODE')
    refuses(changed(0, { feature: FEATURES }), 'INVALID_NODE')
    refuses(changed(0, { mode: 'BRANCH_ODD' }), 'UNSUPPORTED_OPERATOR')
  })
})
