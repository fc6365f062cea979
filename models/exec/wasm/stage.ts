import { product } from '../../ir/types.ts'
import { type Form, plus, rangeOf, single, strides, zero } from './form.ts'
import type { MemoryType, Nest, Source } from './nest.ts'
import { simplify } from './simplify.ts'

/** A dense copy of what a load reads, made before the loops that use it. @property copies  loops that write it, one or two */
export type Stage = { readonly source: Source; readonly elements: number; readonly copies: readonly Nest[] }

/**
 * A dimension of the copy: its index as a form of the nest's variables; in the operand one step is `stride` elements.
 * @property guard  the coordinate on an axis that can be left, `first + step * index`
 */
type Dimension = {
  readonly extent: number
  readonly form: Form
  readonly stride: number
  readonly guard?: { readonly first: number; readonly step: number; readonly extent: number }
}

/**
 * Lays out what a load reads so that the loops need neither guards nor strides: borders are filled in, coordinates lie dense, and those that follow
 * the lanes lie innermost, in panels of one tile each where the load also follows the fold.
 * @param lane  the variable that runs over lanes, -1 for none
 * @param tile  lanes of one tile
 * @returns     null if there is no such layout: the load is looked up, or its lanes do not step through one coordinate
 */
export function stage(nest: Nest, load: Source, lane: number, tile: number, temporary: number): Stage | null {
  if (load.lookups.length > 0) return null
  const { dimensions, start } = dimensionsOf(nest, load)
  const laned = dimensions.filter(({ form }) => lane >= 0 && form.terms[lane] !== 0)
  if (laned.length > 1 || laned.some(({ form }) => form.terms[lane] !== 1)) return null
  const inner = dimensions.filter((dimension) => !laned.includes(dimension)).sort((a, b) => Math.abs(b.stride) - Math.abs(a.stride))
  const [across] = laned
  const folds = ({ form }: Dimension): boolean => form.terms.some((term, v) => term !== 0 && v >= nest.outputs)
  const alone = across?.form.terms.every((term, v) => term === 0 || v === lane) && across.form.constant === 0 && !across.guard
  // What windows slide over is read in places that overlap: it stays as it lies.
  const slides = inner.some((dimension) => folds(dimension) && dimension.form.terms.some((term, v) => term !== 0 && v < nest.outputs))
  if (!across || !alone || across.extent <= tile || !inner.some(folds) || slides) {
    const order = across ? [...inner, across] : inner
    return { ...dense(nest, load, order, temporary), copies: [copyOf(load, order, start)] }
  }
  return panels(nest, load, { outside: inner.filter((d) => !folds(d)), inside: inner.filter(folds), across, start, lane, tile, temporary })
}

/** Each guarded axis is a dimension, and each variable by which the rest of the address steps. */
function dimensionsOf({ extents }: Nest, { address, guards }: Source): { readonly dimensions: Dimension[]; readonly start: number } {
  let rest = address
  let start = 0
  const dimensions: Dimension[] = guards.map(({ form, extent, stride }) => {
    rest = plus(rest, form, -stride)
    const [low, high] = rangeOf(form, extents)
    const step = form.terms.reduce(gcd, 0) || 1
    start += stride * low
    const index = { constant: (form.constant - low) / step, terms: form.terms.map((term) => term / step) }
    return { extent: (high - low) / step + 1, form: index, stride: stride * step, guard: { first: low, step, extent } }
  })
  rest.terms.forEach((stride, v) => {
    if (stride !== 0) dimensions.push({ extent: extents[v]!, form: single(extents.length, v), stride })
  })
  return { dimensions, start: start + rest.constant }
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)]
  while (y > 0) [x, y] = [y, x % y]
  return x
}

function dense(nest: Nest, load: Source, order: readonly Dimension[], operand: number): Omit<Stage, 'copies'> {
  const steps = strides(order.map(({ extent }) => extent))
  const address = order.reduce((sum, { form }, at) => plus(sum, form, steps[at]!), zero(nest.extents.length))
  return {
    source: { ...load, type: stagedType(load), operand, address, guards: [], panel: 0 },
    elements: product(order.map(({ extent }) => extent)),
  }
}

type Panels = {
  readonly outside: readonly Dimension[]
  readonly inside: readonly Dimension[]
  readonly across: Dimension
  readonly start: number
  readonly lane: number
  readonly tile: number
  readonly temporary: number
}

/** `[outside][panel][inside][lane in panel]`. The last panel ends with the last lane, so it may overlap the one before. */
function panels(nest: Nest, load: Source, { outside, inside, across, start, lane, tile, temporary }: Panels): Stage {
  const whole = Math.floor(across.extent / tile)
  const count = Math.ceil(across.extent / tile)
  const extentsOf = (list: readonly Dimension[]): number[] => list.map(({ extent }) => extent)
  const size = product(extentsOf(inside)) * tile
  const outer = strides([...extentsOf(outside), count * size])
  const inner = strides([...extentsOf(inside), tile])
  let address = zero(nest.extents.length)
  outside.forEach(({ form }, at) => {
    address = plus(address, form, outer[at]!)
  })
  inside.forEach(({ form }, at) => {
    address = plus(address, form, inner[at]!)
  })
  address = plus(address, single(nest.extents.length, lane))
  const none: Form = zero(0)
  const lanes = (extent: number, stride: number): Dimension => ({ extent, form: none, stride })
  const part = (many: number, first: number): Nest => {
    const order = [...outside, lanes(many, across.stride * tile), ...inside, lanes(tile, across.stride)]
    const places = [...outer.slice(0, -1), size, ...inner]
    return copyOf(load, order, start + across.stride * first, places, first === 0 ? 0 : whole * size)
  }
  const copies = [part(whole, 0)]
  if (whole < count) copies.push(part(1, across.extent - tile))
  return {
    source: { ...load, type: stagedType(load), operand: temporary, address, guards: [], panel: size },
    elements: product(extentsOf(outside)) * count * size,
    copies,
  }
}

/** Fills may not fit a byte: copies of bytes are words. */
const stagedType = ({ type }: Source): MemoryType => (type === 'f32' ? 'f32' : 'i32')

/** Loops that copy: one variable a dimension. @param places  strides in the copy, dense unless given */
function copyOf(load: Source, order: readonly Dimension[], start: number, places?: readonly number[], offset = 0): Nest {
  const extents = order.map(({ extent }) => extent)
  const guards = order.flatMap(({ guard, stride }, at) =>
    guard
      ? [
          {
            form: { ...single(extents.length, at, guard.step), constant: guard.first },
            extent: guard.extent,
            stride: stride / guard.step,
          },
        ]
      : [],
  )
  return simplify({
    extents,
    outputs: extents.length,
    reduce: null,
    loads: [{ ...load, address: { constant: start, terms: order.map(({ stride }) => stride) }, guards, lookups: [], panel: 0 }],
    vars: [],
    store: { constant: offset, terms: places ?? strides(extents) },
    storeType: stagedType(load),
    resultType: load.type === 'f32' ? 'f32' : 'i32',
    term: null,
    result: { nodes: [{ op: 'load', args: [], arg: 0 }], root: 0, uses: [1] },
  })
}
