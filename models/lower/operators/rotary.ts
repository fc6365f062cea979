import { load, op } from '../../ir/expression.ts'
import { packTensor } from '../../onnx/encode.ts'
import { constantOf } from '../constant.ts'
import { reshapeOrCopy } from '../factors.ts'
import { gatherAlong } from '../gather.ts'
import { join } from '../join.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { permute, shapeOf, slice, type View } from '../view.ts'
import { floatOnly } from './elementwise.ts'

/** The cosines or sines of every position, `[B, S, R / 2]`. */
function atPositions(node: NodeReader, index: number, batch: number, steps: number, pairs: number): View {
  const cache = node.input(index).view
  const positions = node.optional(3)
  const own = shapeOf(cache)
  if (own.at(-1) !== pairs || own.length !== (positions ? 2 : 3)) throw node.invalid(`wants a cache whose last extent is ${pairs}`)
  const view = positions ? gatherAlong(node.builder, cache, 0, positions.view) : cache
  if (shapeOf(view).join() !== `${[batch, steps, pairs]}`) throw node.invalid(`wants positions for [${batch}, ${steps}]`)
  return view
}

/**
 * Pairs of a head's elements, as points of a plane, turned by the angle of their position: one kernel, that reads each element and its partner.
 * Elements from `rotary_embedding_dim` on stay.
 */
function rotaryEmbedding(node: NodeReader): Value[] {
  const { builder } = node
  const x = node.input(0)
  floatOnly(node, x, node.input(1), node.input(2))
  const flat = x.view.dims.length === 3
  if (!flat && x.view.dims.length !== 4) throw node.invalid('wants an input of rank 3 or 4')
  const given = shapeOf(x.view)
  const heads = flat ? node.int('num_heads', 0) : given[1]!
  if (heads < 1 || (flat && given[2]! % heads !== 0)) throw node.invalid(`has ${heads} heads`)
  const split = flat ? reshapeOrCopy(builder, x.view, [given[0]!, given[1]!, heads, given[2]! / heads]) : x.view
  const whole = builder.simple(flat ? permute(split, [0, 2, 1, 3]) : split)
  const [batch, , steps, width] = shapeOf(whole) as [number, number, number, number]
  const turned = node.int('rotary_embedding_dim', 0) || width
  if (turned % 2 !== 0 || turned < 2 || turned > width) throw node.invalid(`cannot turn ${turned} of ${width} elements`)
  const pairs = turned / 2
  const interleaved = node.int('interleaved', 0) === 1

  // As [B, H, S, 2, R/2], the second of which is the partner with the two halves exchanged.
  const part = slice(whole, 3, 0, turned, 1)!
  const points = interleaved
    ? permute(reshapeOrCopy(builder, part, [batch, heads, steps, pairs, 2]), [0, 1, 2, 4, 3])
    : reshapeOrCopy(builder, part, [batch, heads, steps, 2, pairs])
  const partners = slice(builder.simple(points), 3, 1, 2, -1)!
  const shape = shapeOf(points)
  const factor = (index: number): View => {
    const view = atPositions(node, index, batch, steps, pairs)
    return { ...view, dims: [view.dims[0]!, [], view.dims[1]!, [], view.dims[2]!] }
  }
  const signs = constantOf(packTensor({ name: `${node.label} signs`, type: 'f32', shape: [2, 1], data: [-1, 1] }))
  const code = [load(0), load(2), op('f32.mul'), load(1), load(3), op('f32.mul'), load(4), op('f32.mul'), op('f32.add')]
  const rotated = mapElements(builder, [points, partners, factor(1), factor(2), signs], shape, code, 'f32')
  const back = reshapeOrCopy(builder, interleaved ? permute(rotated, [0, 1, 2, 4, 3]) : rotated, [batch, heads, steps, turned])
  const all = turned === width ? back : join(builder, [back, slice(whole, 3, turned, width - turned, 1)!], 3)
  const view = flat ? reshapeOrCopy(builder, permute(all, [0, 2, 1, 3]), given) : all
  return [{ type: 'f32', view }]
}

export const ROTARY: OperatorTable = { RotaryEmbedding: rotaryEmbedding }
