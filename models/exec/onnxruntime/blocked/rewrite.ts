import type { Attribute, GraphNode, Model } from '../../../onnx/types.ts'
import { BLOCKED_DOMAIN, padded, type Twin } from './blocks.ts'
import { Rewriter, type Rewritten } from './rewriter.ts'
import { blockedSum } from './sum.ts'

/** Operators of one tensor, and of one tensor and scalars, that do to each element the same, wherever it lies. */
const ELEMENTWISE = new Set(['Floor', 'Ceil', 'Round', 'Clip', 'Relu', 'Abs', 'Neg', 'Add', 'Sub', 'Mul', 'Min', 'Max'])

/**
 * The runtime's own optimised graph, in which convolutions work on blocks of channels, with what stands between two of them on blocks too: the
 * runtime knows of few operators that they may, and reorders tensors around rounding. Each element is calculated by the same operators as before.
 * @param model  optimised by the runtime @param shapes  of the tensors that were there before, by name @param block  channels in a block
 */
export function keepBlocked(model: Model, shapes: ReadonlyMap<string, readonly number[]>, block: number): Rewritten {
  const rewriter = new Rewriter(model, shapes, block)
  for (const node of model.graph.nodes) {
    const current = rewriter.current(node)
    if (!replaced(rewriter, current)) rewriter.keep(current)
  }
  return rewriter.finish()
}

/** Whether something else stands for the node. */
function replaced(rewriter: Rewriter, node: GraphNode): boolean {
  if (node.domain === BLOCKED_DOMAIN) return reorder(rewriter, node)
  if (node.domain !== '') return false
  const [input, ...others] = node.inputs
  const twin = input === undefined ? undefined : rewriter.twin(input)
  switch (node.op) {
    case 'Concat':
      return concat(rewriter, node)
    case 'Gather':
      return gather(rewriter, node)
    case 'ReduceSum':
      return blockedSum(rewriter, node)
    case 'Reshape':
      return twin !== undefined && reshape(rewriter, node, twin)
  }
  if (!twin || !ELEMENTWISE.has(node.op) || !others.every((other) => other === '' || rewriter.isScalar(other))) return false
  rewriter.onBlocks(node, [twin.name, ...others], twin.shape)
  return true
}

/** Where tensors leave blocks, and where they come back to them. */
function reorder(rewriter: Rewriter, { op, inputs, outputs, attributes }: GraphNode): boolean {
  const [[input], [output]] = [inputs, outputs] as [[string], [string]]
  if (!isZero(attributes.channels_last)) return false
  const shape = rewriter.shapes.get(output)
  if (op === 'ReorderOutput' && shape) rewriter.pair(output, { name: input, shape })
  const twin = rewriter.twin(input)
  if (op !== 'ReorderInput' || !twin) return false
  rewriter.replace(output, twin.name)
  return true
}

/** Whole blocks one after the other; only the last one may be filled up. */
function concat(rewriter: Rewriter, node: GraphNode): boolean {
  const twins = node.inputs.map((input) => rewriter.twin(input))
  const shape = rewriter.shapes.get(node.outputs[0]!)
  const { axis } = node.attributes
  if (!shape || !twins.every((twin) => twin !== undefined) || !axis || !('int' in axis) || axis.int !== 1) return false
  if (twins.slice(0, -1).some((twin) => twin.shape[1]! % rewriter.block !== 0)) return false
  const names = twins.map(({ name }) => name)
  rewriter.onBlocks(node, names, shape)
  return true
}

/** Another shape of the places; batch and channels stay. */
function reshape(rewriter: Rewriter, node: GraphNode, twin: Twin): boolean {
  const [output] = node.outputs as [string]
  const shape = rewriter.shapes.get(output)
  const [batch, channels] = twin.shape
  if (!shape || shape.length < 3 || shape[0] !== batch || shape[1] !== channels) return false
  const wide = [batch!, padded(channels!, rewriter.block), ...shape.slice(2)]
  rewriter.onBlocks(node, [twin.name, rewriter.list(`${output}_wide`, wide)], shape)
  return true
}

/** Single elements of a flat tensor, at positions that the caller gives: the caller has to give others now. */
function gather(rewriter: Rewriter, { inputs, outputs, attributes }: GraphNode): boolean {
  const [[data, positions], [output]] = [inputs, outputs] as [[string, string], [string]]
  const twin = rewriter.twinBehind(data)
  const part = rewriter.partOfInput(positions)
  if (!twin || !part || rewriter.shapes.get(data)?.length !== 1) return false
  const flat = rewriter.push('Reshape', [twin.name, rewriter.list(`${output}_all`, [-1])], `${output}_flat`)
  rewriter.push('Gather', [flat, positions], output, attributes)
  rewriter.move({ ...part, shape: twin.shape })
  return true
}

const isZero = (attribute: Attribute | undefined): boolean => !attribute || ('int' in attribute && attribute.int === 0)
