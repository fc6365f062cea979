import { broadcastShape, reshapeOrCopy } from '../factors.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { broadcast, contiguous, permute, shapeOf } from '../view.ts'
import { emptyOf, reshaped, typeOf } from './shared.ts'

/** Both ways: a dimension of 1 in the shape keeps the input's. */
function expand(node: NodeReader): Value[] {
  const data = node.input(0)
  const wanted = node.known(1)
  if (!wanted || wanted.some((extent) => extent < 0)) throw node.invalid(`has the shape [${wanted ?? ''}]`)
  const shape = broadcastShape([data.view, contiguous(data.view.buffer, wanted)])
  if (!shape) throw node.invalid(`cannot be expanded to [${wanted}]`)
  return [{ type: data.type, view: broadcast(data.view, shape) }]
}

function tile(node: NodeReader): Value[] {
  const data = node.input(0)
  const shape = shapeOf(data.view)
  const repeats = node.known(1)
  if (!repeats || repeats.length !== shape.length || repeats.some((count) => count < 0))
    throw node.invalid(`has the repeats [${repeats ?? ''}]`)
  const split = { ...data.view, dims: data.view.dims.flatMap((factors) => [[], factors]) }
  const pairs = shape.flatMap((extent, dim) => [repeats[dim]!, extent])
  const tiled = shape.map((extent, dim) => extent * repeats[dim]!)
  if (tiled.includes(0)) return [emptyOf(node, data.type, tiled)]
  return [reshaped(node, { type: data.type, view: broadcast(split, pairs) }, tiled)]
}

/** Blocks of channels become blocks of pixels: `[N, C, H, W]` to `[N, C / b^2, H * b, W * b]`. */
function depthToSpace(node: NodeReader): Value[] {
  const data = node.input(0)
  const [batch, channels, height, width, ...more] = shapeOf(data.view)
  const block = node.int('blocksize', 0)
  if (width === undefined || more.length > 0 || block < 1 || channels! % (block * block) !== 0) {
    throw node.invalid(`has blocks of ${block} for a tensor that they do not divide`)
  }
  const mode = node.text('mode', 'DCR')
  if (mode !== 'DCR' && mode !== 'CRD') throw node.invalid(`has the mode '${mode}'`)
  const depth = channels! / (block * block)
  const parts = mode === 'DCR' ? [batch!, block, block, depth, height!, width] : [batch!, depth, block, block, height!, width]
  const order = mode === 'DCR' ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]
  return [regrouped(node, data, parts, order, [batch!, depth, height! * block, width * block])]
}

/** Blocks of pixels become channels: the inverse of DepthToSpace. */
function spaceToDepth(node: NodeReader): Value[] {
  const data = node.input(0)
  const [batch, channels, height, width, ...more] = shapeOf(data.view)
  const block = node.int('blocksize', 0)
  if (width === undefined || more.length > 0 || block < 1 || height! % block !== 0 || width % block !== 0) {
    throw node.invalid(`has blocks of ${block} for a tensor that they do not divide`)
  }
  const parts = [batch!, channels!, height! / block, block, width / block, block]
  const mode = node.text('mode', 'DCR')
  if (mode !== 'DCR' && mode !== 'CRD') throw node.invalid(`has the mode '${mode}'`)
  const order = mode === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]
  return [regrouped(node, data, parts, order, [batch!, channels! * block * block, height! / block, width / block])]
}

function regrouped(node: NodeReader, data: Value, parts: readonly number[], order: readonly number[], shape: readonly number[]): Value {
  const view = reshapeOrCopy(node.builder, permute(reshapeOrCopy(node.builder, data.view, parts), order), shape)
  return { type: typeOf(data.type, view), view }
}

export const REPETITION: OperatorTable = { Expand: expand, Tile: tile, DepthToSpace: depthToSpace, SpaceToDepth: spaceToDepth }
