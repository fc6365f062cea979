import { bitsOf } from '../../numerics/bits.ts'
import { lengthMask, type Mask, maskOf, type ScoreShape, windowMask } from '../attention.ts'
import { reshapeOrCopy } from '../factors.ts'
import type { NodeReader } from '../node.ts'
import { padAlong } from '../take.ts'
import { shapeOf } from '../view.ts'
import { floatOnly } from './elementwise.ts'

/** An attn_mask of any rank as it is broadcast to the scores. Keys that it lacks at the end are not seen. */
function givenMask(node: NodeReader, shape: ScoreShape): Mask[] {
  const value = node.optional(3)
  if (!value) return []
  const isBoolean = value.type === 'bool'
  if (!isBoolean) floatOnly(node, value)
  const [batch, heads, group, queries, keys] = shape
  const fill = isBoolean ? 0 : bitsOf(Number.NEGATIVE_INFINITY)
  const rank = value.view.dims.length
  const last = shapeOf(value.view).at(-1) ?? 0
  if (rank < 1 || rank > 4 || last > keys) throw node.invalid('has a mask that does not fit')
  const repeats = last === 1 && node.opset < 24
  const whole = repeats ? value.view : padAlong(node.builder, value.view, rank - 1, 0, keys - last, fill)
  const view = { ...whole, dims: [...Array.from({ length: 4 - rank }, () => []), ...whole.dims] }
  const target = [batch, heads * group, queries, keys]
  if (shapeOf(view).some((extent, dim) => extent !== 1 && extent !== target[dim])) throw node.invalid('has a mask that does not fit')
  const apart = view.dims[1]!.length === 0 ? { ...view, dims: view.dims.toSpliced(1, 0, []) } : null
  const cut = apart ?? reshapeOrCopy(node.builder, view, [...shapeOf(view).slice(0, 1), heads, group, ...shapeOf(view).slice(2)])
  return [maskOf(cut, isBoolean)]
}

/** What an Attention node lets its queries see. @param before  keys of the past */
export function masksOf(node: NodeReader, shape: ScoreShape, before: number): Mask[] {
  const [batch, , , queries, keys] = shape
  const lengths = node.optional(6)
  const causal = node.int('is_causal', 0) === 1
  const [left, right] = [node.int('left_window_size', -1), node.int('right_window_size', -1)]
  const masks = givenMask(node, shape)
  if (lengths) {
    if (shapeOf(lengths.view).join() !== `${batch}`) throw node.invalid(`wants nonpad_kv_seqlen of shape [${batch}]`)
    if (left >= 0 || right >= 0) throw node.unsupported('a window with nonpad_kv_seqlen', 'one of the two')
    masks.push(lengthMask(node.builder, shape, lengths.view, causal && before === 0))
    if (before === 0) return masks
  }
  const low = left < 0 ? -queries : before - left
  const high = causal ? before : right < 0 ? keys : before + right
  const bounded = left >= 0 || causal || right >= 0
  return bounded ? [...masks, windowMask(node.builder, shape, low, high)] : masks
}
