import { i32, load, op } from '../../../ir/expression.ts'
import type { Expression } from '../../../ir/types.ts'
import { packTensor } from '../../../onnx/encode.ts'
import { constantOf } from '../../constant.ts'
import { gatherAlong } from '../../gather.ts'
import { mapElements } from '../../kernels.ts'
import type { Item, NodeReader } from '../../node.ts'
import { shapeOf, type View } from '../../view.ts'
import { extremeIndex } from '../argument.ts'

/** Labels of classes by number. Labels that are strings exist only until somebody reads them: a program has none. */
export type Labels = { readonly count: number; readonly integers: readonly number[] | null }

/** @param integers  name of the attribute with integers; the strings are `classlabels_strings` */
export function labelsOf(node: NodeReader, integers: string): Labels {
  const [own, strings] = [node.ints(integers) ?? [], node.strings('classlabels_strings') ?? []]
  if (own.length > 0 && strings.length > 0) throw node.invalid('has labels of both kinds')
  if (own.length + strings.length < 2) throw node.unsupported('a classifier of less than two classes', 'two or more class labels')
  return { count: own.length + strings.length, integers: strings.length > 0 ? null : own }
}

/** The label of the class with the greatest score, the first of equal ones, `[N]`. */
export function labelOfGreatest(node: NodeReader, labels: Labels, scores: View): Item {
  const { integers } = labels
  if (!integers) return refused(node)
  const [items] = shapeOf(scores) as [number]
  const index = extremeIndex(node, scores, 1, 'max', false)
  const flat = { ...index, dims: [index.dims[0]!] }
  if (integers.every((label, position) => label === position)) return { type: 'i64', view: flat }
  const table = constantOf(packTensor({ name: `${node.label} labels`, type: 'i64', shape: [integers.length], data: integers.map(BigInt) }))
  return { type: 'i64', view: gatherAlong(node.builder, table, 0, { ...flat, dims: items === 1 ? [[]] : flat.dims }) }
}

/** The second of two labels where the score is above a threshold, else the first. */
export function labelAbove(node: NodeReader, labels: Labels, score: View, above: Expression): Item {
  const { integers } = labels
  if (!integers) return refused(node)
  const [first, second] = integers as [number, number]
  if ([first, second].some((label) => label !== (label | 0))) throw node.unsupported('labels beyond 32 bits', 'labels within 32 bits')
  const [items] = shapeOf(score) as [number]
  const flat = { ...score, dims: [score.dims[0]!] }
  const code = [i32(second), i32(first), ...above, load(0), op('f32.lt'), op('select')]
  return { type: 'i64', view: mapElements(node.builder, [flat], [items], code, 'i32') }
}

const refused = (node: NodeReader): Item => ({
  refused: node.unsupported('labels that are strings', 'classlabels_int64s, or the scores alone as the output'),
})
