import { MAX_COUNT } from '../../ir/header.ts'
import { scalarOf } from '../../ir/types.ts'
import { storeTypeOf } from '../constant.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { type ResizedAxis, ROUNDINGS, TRANSFORMATIONS } from '../resize/coordinates.ts'
import { resample } from '../resize/resample.ts'
import { type Interpolation, tapsAt } from '../resize/weights.ts'
import { tabulate } from '../table.ts'
import { takeAlong } from '../take.ts'
import { shapeOf, type View } from '../view.ts'
import { fillBits, typeOf } from './shared.ts'

/** Elements of an axis that are weighted sums; fewer where antialiasing sums up many for each. */
const MAX_SUMS = 1_048_576

/** What a node says about every axis. `transformation` and `rounding` are names of the tables of `coordinates.ts`. */
type Plan = { readonly axes: readonly (ResizedAxis | null)[]; readonly transformation: string; readonly rounding: string }

/** Before operator set 11 coordinates are `position / scale`. */
function upsample(node: NodeReader): Value[] {
  const given = node.opset < 9 ? floats(node, 'scales') : node.known(1)
  const shape = shapeOf(node.input(0).view)
  if (!given || given.length !== shape.length) throw node.invalid(`has the scales [${given ?? ''}]`)
  const axes = shape.map((input, dim) => scaled(node, input, given[dim]!, [0, 1]))
  return [resized(node, { axes, transformation: 'asymmetric', rounding: 'simple' })]
}

function floats(node: NodeReader, name: string): readonly number[] | null {
  const attribute = node.attribute(name)
  return attribute && 'floats' in attribute ? attribute.floats : null
}

function resize(node: NodeReader): Value[] {
  if (node.opset < 11) return upsample(node)
  const transformation = node.text('coordinate_transformation_mode', 'half_pixel')
  const shape = shapeOf(node.input(0).view)
  const named = (node.opset < 18 ? null : node.ints('axes'))?.map((axis) => node.axis(axis, shape.length)) ?? shape.map((_, dim) => dim)
  const region = transformation === 'tf_crop_and_resize' ? node.known(1) : null
  const part = (index: number): readonly [number, number] => [region?.[index] ?? 0, region?.[index + named.length] ?? 1]
  const present = (input: number): readonly number[] | null => (node.known(input)?.length ? node.known(input) : null)
  const scales = present(2)
  const sizes = present(3)
  const wanted = scales ?? sizes
  if (!wanted || wanted.length !== named.length || (region && region.length !== 2 * named.length)) {
    throw node.invalid('has neither scales nor sizes for its axes, or a region of another length')
  }
  const axes: (ResizedAxis | null)[] = shape.map(() => null)
  const common = scales ? null : commonScale(node, named, wanted)
  for (const [index, dim] of named.entries()) {
    const input = shape[dim]!
    if (scales) axes[dim] = scaled(node, input, wanted[index]!, part(index))
    else {
      const output = common === null ? wanted[index]! : Math.floor(common * input + 0.5)
      axes[dim] = checked(node, { input, output, scale: common ?? Math.fround(output / input), region: part(index) })
    }
  }
  return [resized(node, { axes, transformation, rounding: node.text('nearest_mode', 'round_prefer_floor') })]
}

/** With a keep_aspect_ratio_policy all axes have the least, or the greatest, scale. */
function commonScale(node: NodeReader, named: readonly number[], sizes: readonly number[]): number | null {
  const policy = node.text('keep_aspect_ratio_policy', 'stretch')
  if (policy === 'stretch') return null
  const shape = shapeOf(node.input(0).view)
  const scales = named.map((dim, index) => Math.fround(sizes[index]! / shape[dim]!))
  if (policy === 'not_larger') return Math.min(...scales)
  if (policy === 'not_smaller') return Math.max(...scales)
  throw node.invalid(`has the keep_aspect_ratio_policy '${policy}'`)
}

const scaled = (node: NodeReader, input: number, scale: number, region: readonly [number, number]): ResizedAxis =>
  checked(node, { input, output: Math.floor(Math.fround(input * scale)), scale, region })

function checked(node: NodeReader, axis: ResizedAxis): ResizedAxis {
  if (axis.scale > 0 && axis.output >= 1 && axis.output <= MAX_COUNT) return axis
  throw node.invalid(`resizes ${axis.input} elements to ${axis.output} by ${axis.scale}`)
}

function resized(node: NodeReader, plan: Plan): Value {
  const data = node.input(0)
  const transform = TRANSFORMATIONS[plan.transformation]
  if (!transform) throw node.invalid(`has the coordinate_transformation_mode '${plan.transformation}'`)
  const crops = plan.transformation === 'tf_crop_and_resize'
  const store = storeTypeOf(data.type, node.label)
  const outside = fillBits(store, node.float('extrapolation_value', 0))
  let { view } = data
  for (const [dim, axis] of plan.axes.entries()) {
    if (!axis || (axis.input === axis.output && axis.scale === 1 && !crops)) continue
    const coordinates = tabulate(node.builder, axis.output, (position) => transform(position, axis))
    if (plan.transformation === 'align_corners' && Math.fround(axis.input * axis.scale) !== axis.output) {
      // The standard divides by the fractional length, runtimes and the frameworks that models come from by the whole one.
      throw node.unsupported('align_corners with a scale that gives a fractional length', 'sizes instead of scales')
    }
    const inside = coordinates.map((coordinate) => !crops || (coordinate >= 0 && coordinate <= axis.input - 1))
    view = along(node, view, dim, axis, coordinates, plan.rounding)
    if (!inside.every(Boolean)) {
      const kept = inside.map((holds, position) => (holds ? position : -1))
      view = takeAlong(node.builder, view, dim, kept, outside)
    }
  }
  return { type: typeOf(data.type, view), view }
}

function along(node: NodeReader, view: View, dim: number, axis: ResizedAxis, coordinates: readonly number[], rounding: string): View {
  const mode = node.text('mode', 'nearest')
  if (mode === 'nearest') {
    const round = ROUNDINGS[rounding]
    if (!round) throw node.invalid(`has the nearest_mode '${rounding}'`)
    const positions = coordinates.map((coordinate) => Math.min(axis.input - 1, Math.max(0, round(coordinate, axis.scale))))
    return takeAlong(node.builder, view, dim, positions)
  }
  if (mode !== 'linear' && mode !== 'cubic') throw node.invalid(`has the mode '${mode}'`)
  if (scalarOf(view.buffer.type) !== 'f32')
    throw node.unsupported(`the mode ${mode} of integers`, 'the same on float32, or the mode nearest')
  const how: Interpolation = {
    kind: mode,
    sharpness: node.float('cubic_coeff_a', -0.75),
    antialias: node.int('antialias', 0) === 1,
    excludeOutside: node.int('exclude_outside', 0) === 1,
  }
  const narrow = how.antialias ? Math.min(1, axis.scale) : 1
  if (axis.output > MAX_SUMS * narrow) throw node.unsupported(`the mode ${mode} with ${axis.output} outputs`, `at most ${MAX_SUMS}`)
  const taps = coordinates.map((coordinate) => tapsAt(coordinate, axis.input, axis.scale, how))
  return resample(node.builder, view, dim, taps)
}

export const RESIZING: OperatorTable = { Resize: resize, Upsample: upsample }
