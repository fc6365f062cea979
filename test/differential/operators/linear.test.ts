import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { compile } from '@opine/models/lower/compile.ts'
import type { Attribute, ElementType } from '@opine/models/onnx/types.ts'
import { expect } from 'chai'
import { type Case, fileOf, int, integers, itAgrees, node, text, x } from '../../support/onnx-case.ts'
import { randomNumbers } from '../../support/run-onnx.ts'

const floats = (...values: number[]): Attribute => ({ floats: values })
const list = (...values: number[]): Attribute => ({ ints: values })

function ml(op: string, outputs: string, attributes: Record<string, Attribute>, shape: readonly number[], rest: Partial<Case> = {}): Case {
  const extra = (rest.weights ?? []).map(({ name }) => name)
  const types: Record<string, ElementType> = outputs.startsWith('l ') ? { l: 'i64' } : {}
  return {
    inputs: x(...shape),
    nodes: [{ ...node(op, ['x', ...extra].join(' '), outputs, attributes), domain: 'ai.onnx.ml' }],
    outputs: outputs.split(' '),
    domains: { 'ai.onnx.ml': 1 },
    types,
    ...rest,
  }
}

const coefficients = (count: number): Attribute => floats(...randomNumbers(count, 21))
const TRANSFORMS = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO']
const transforms = (build: (transform: Attribute) => Case, name: string): [string, Case][] =>
  TRANSFORMS.map((transform) => [`${name}, ${transform}`, build(text(transform))])

const LINEAR: Readonly<Record<string, Case>> = Object.fromEntries([
  ...transforms(
    (post_transform) =>
      ml(
        'LinearClassifier',
        'l z',
        { coefficients: coefficients(12), intercepts: floats(0.1, 0.2, -0.3), classlabels_ints: list(5, 6, 8), post_transform },
        [6, 4],
      ),
    'LinearClassifier of three classes',
  ),
  ...transforms(
    (post_transform) =>
      ml(
        'LinearClassifier',
        'l z',
        { coefficients: coefficients(4), intercepts: floats(0.1), classlabels_ints: list(0, 1), post_transform },
        [6, 4],
      ),
    'LinearClassifier of one score',
  ),
  ...transforms(
    (post_transform) =>
      ml('LinearRegressor', 'y', { coefficients: coefficients(8), intercepts: floats(0.1, 2), targets: int(2), post_transform }, [6, 4]),
    'LinearRegressor of two targets',
  ),
  ['LinearRegressor of one target', ml('LinearRegressor', 'y', { coefficients: coefficients(4) }, [6, 4])],
  [
    'LinearClassifier of int32',
    ml('LinearClassifier', 'l z', { coefficients: coefficients(8), intercepts: floats(0.1, 0.2), classlabels_ints: list(0, 1) }, [6, 4], {
      type: 'i32',
      types: { l: 'i64', z: 'f32' },
    }),
  ],
])

const ROWS = { x: [1, -2, 3, 0, 0, 0, -1, -2, -3] }
const PREPROCESSING: Readonly<Record<string, Case>> = {
  Scaler: ml('Scaler', 'y', { offset: floats(1, 2, 3), scale: floats(0.5, 2, -1) }, [4, 3]),
  'Scaler with one number': ml('Scaler', 'y', { offset: floats(1), scale: floats(0.5) }, [4, 3]),
  'Normalizer by MAX': ml('Normalizer', 'y', { norm: text('MAX') }, [3, 3], { feeds: ROWS }),
  'Normalizer by L1': ml('Normalizer', 'y', { norm: text('L1') }, [3, 3], { feeds: ROWS }),
  'Normalizer by L2': ml('Normalizer', 'y', { norm: text('L2') }, [3, 3], { feeds: ROWS }),
  'Normalizer of one row': ml('Normalizer', 'y', { norm: text('L2') }, [5]),
  Binarizer: ml('Binarizer', 'y', { threshold: { float: 0.5 } }, [4, 3]),
  ArrayFeatureExtractor: ml('ArrayFeatureExtractor', 'y', {}, [4, 3], { weights: [integers('i', 2, 0, 2)] }),
  'ArrayFeatureExtractor of one dimension': ml('ArrayFeatureExtractor', 'y', {}, [5], { weights: [integers('i', 4, 1)] }),
  'Imputer of NaN': ml('Imputer', 'y', { imputed_value_floats: floats(9, 8, 7), replaced_value_float: { float: Number.NaN } }, [2, 3], {
    feeds: { x: [1, Number.NaN, 3, Number.NaN, 5, Number.NaN] },
  }),
  'Imputer of a number': ml('Imputer', 'y', { imputed_value_floats: floats(9), replaced_value_float: { float: 5 } }, [2, 3], {
    feeds: { x: [1, 5, 3, 5, 5, 0] },
  }),
}

describe('linear models agree with ONNX Runtime', () => {
  itAgrees(LINEAR)
})

describe('preprocessing agrees with ONNX Runtime', () => {
  itAgrees(PREPROCESSING)
})

describe('what ai.onnx.ml has beside tensors', () => {
  it('a ZipMap shows the tensor of scores', () => {
    const zip = { ...node('ZipMap', 'x', 'y', { classlabels_int64s: list(0, 1, 2) }), domain: 'ai.onnx.ml' }
    const { outputs } = compile(fileOf('zip', { inputs: x(2, 3), nodes: [zip], domains: { 'ai.onnx.ml': 1 } })).interface
    expect(outputs).to.deep.equal([{ name: 'y', type: 'f32', shape: [2, 3] }])
  })
  it('an operator is refused by its full name', () => {
    const each = ml('SVMClassifier', 'y', {}, [2, 3])
    expect(() => compile(fileOf('svm', each))).to.throw(OpineError, /ai\.onnx\.ml\.SVMClassifier/)
  })
})
