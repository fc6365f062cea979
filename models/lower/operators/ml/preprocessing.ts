import { f32, i32, load, op } from '../../../ir/expression.ts'
import type { Expression } from '../../../ir/types.ts'
import { packTensor } from '../../../onnx/encode.ts'
import { constantOf } from '../../constant.ts'
import { reshapeOrCopy } from '../../factors.ts'
import { gatherAlong } from '../../gather.ts'
import { join } from '../../join.ts'
import { mapElements, reduceAxes } from '../../kernels.ts'
import type { Item, NodeReader, OperatorTable } from '../../node.ts'
import { countOf, shapeOf, type View } from '../../view.ts'
import { rowsOf } from './rows.ts'

const same = (node: NodeReader, view: View): Item[] => [
  { type: 'f32', view: reshapeOrCopy(node.builder, view, shapeOf(node.input(0).view)) },
]

/** One number for all features, or one for each. */
function perFeature(node: NodeReader, name: string, features: number): View {
  const data = node.floats(name) ?? []
  if (data.length !== 1 && data.length !== features) throw node.invalid(`wants one ${name} or ${features}`)
  return constantOf(packTensor({ name: `${node.label} ${name}`, type: 'f32', shape: [data.length], data }))
}

/** `(x - offset) * scale`. */
function scaler(node: NodeReader): Item[] {
  const x = rowsOf(node)
  const shape = shapeOf(x)
  const operands = [x, perFeature(node, 'offset', shape[1]!), perFeature(node, 'scale', shape[1]!)]
  return same(node, mapElements(node.builder, operands, shape, [load(0), load(1), op('f32.sub'), load(2), op('f32.mul')], 'f32'))
}

const NORMS: Readonly<Record<string, { readonly op: 'max' | 'sum'; readonly term: Expression; readonly result: Expression }>> = {
  MAX: { op: 'max', term: [load(0)], result: [op('fold')] },
  L1: { op: 'sum', term: [load(0), op('f32.abs')], result: [op('fold')] },
  L2: { op: 'sum', term: [load(0), load(0), op('f32.mul')], result: [op('fold'), op('f32.sqrt')] },
}

/** Rows over their greatest element, or their norm; rows where that is 0 stay. */
function normalizer(node: NodeReader): Item[] {
  const name = node.text('norm', 'MAX')
  const norm = Object.hasOwn(NORMS, name) ? NORMS[name] : undefined
  if (!norm) throw node.invalid(`has the norm '${name}'`)
  const x = rowsOf(node)
  const total = reduceAxes(node.builder, x, [1], { ...norm, type: 'f32' })
  const divisor = [f32(1), load(1), load(1), f32(0), op('f32.eq'), op('select')]
  return same(node, mapElements(node.builder, [x, total], shapeOf(x), [load(0), ...divisor, op('f32.div')], 'f32'))
}

function binarizer(node: NodeReader): Item[] {
  const x = node.input(0)
  if (x.type !== 'f32') throw node.unsupported(`an input of type ${x.type}`, 'float32')
  const code = [f32(1), f32(0), f32(node.float('threshold', 0)), load(0), op('f32.lt'), op('select')]
  return [{ type: 'f32', view: mapElements(node.builder, [x.view], shapeOf(x.view), code, 'f32') }]
}

/** Elements of the last axis by position. */
function arrayFeatureExtractor(node: NodeReader): Item[] {
  const [x, positions] = [node.input(0), node.input(1)]
  const shape = shapeOf(x.view)
  if (shape.length === 0) throw node.invalid('takes elements of a scalar')
  const count = countOf(positions.view)
  if (node.known(1)?.some((position) => position < 0 || position >= shape.at(-1)!)) throw node.invalid('names a position that is not there')
  const flat = reshapeOrCopy(node.builder, positions.view, [count])
  const taken = gatherAlong(node.builder, x.view, shape.length - 1, flat)
  const outer = shape.length === 1 ? [1] : shape.slice(0, -1)
  return [{ type: x.type === 'f16' ? 'f32' : x.type, view: reshapeOrCopy(node.builder, taken, [...outer, count]) }]
}

/** A replaced value, which may be NaN, becomes another: one for all features or one for each. */
function imputer(node: NodeReader): Item[] {
  if (node.input(0).type !== 'f32') throw node.unsupported(`an input of type ${node.input(0).type}`, 'float32')
  const x = rowsOf(node)
  const replaced = node.float('replaced_value_float', 0)
  const found = Number.isNaN(replaced) ? [load(0), load(0), op('f32.eq'), i32(0), op('i32.eq')] : [load(0), f32(replaced), op('f32.eq')]
  const values = perFeature(node, 'imputed_value_floats', shapeOf(x)[1]!)
  return same(node, mapElements(node.builder, [x, values], shapeOf(x), [load(1), load(0), ...found, op('select')], 'f32'))
}

/** Rows side by side. */
function featureVectorizer(node: NodeReader): Item[] {
  const rows = Array.from({ length: node.inputCount }, (_, index) => rowsOf(node, index))
  if (rows.length === 0 || rows.some((view) => shapeOf(view)[0] !== shapeOf(rows[0]!)[0]))
    throw node.invalid('has inputs of different batches')
  return [{ type: 'f32', view: join(node.builder, rows, 1) }]
}

/** The map of each item's classes to their scores is the tensor of its scores: a program has no maps. */
const zipMap = (node: NodeReader): Item[] => [node.input(0)]

export const PREPROCESSING: OperatorTable = {
  'ai.onnx.ml.Scaler': scaler,
  'ai.onnx.ml.Normalizer': normalizer,
  'ai.onnx.ml.Binarizer': binarizer,
  'ai.onnx.ml.ArrayFeatureExtractor': arrayFeatureExtractor,
  'ai.onnx.ml.Imputer': imputer,
  'ai.onnx.ml.FeatureVectorizer': featureVectorizer,
  'ai.onnx.ml.ZipMap': zipMap,
}
