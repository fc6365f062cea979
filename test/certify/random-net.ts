/** Small networks of integers and fixed-point numbers, many of them near the bound. */
import { code, floats, kernel, program } from '@opine/models/exec/reference/sample.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { Axis, Constant, InputSpec, Kernel, Load, Program, StoreType } from '@opine/models/ir/types.ts'
import { bitsOf } from '@opine/models/numerics/bits.ts'

/** Every buffer of a network has six elements: two places of three channels, or three channels of two places. */
export const COUNT = 6

/** What a layer may read. @property greatest  a guess at its greatest magnitude, to come near the bound; `unit` at its unit */
export type Source = { readonly buffer: number; readonly type: StoreType; readonly greatest: number; readonly unit: number }

type Stored = { readonly type: Exclude<StoreType, 'f16'>; readonly text: string; readonly greatest: number; readonly unit: number }

const axis = (extent: number, stride: number, offset: number, ...terms: readonly (readonly [number, number])[]): Axis => ({
  extent,
  stride,
  coordinate: { kind: 'affine', offset, terms: terms.map(([variable, coefficient]) => ({ variable, coefficient })) },
})
const load = (buffer: number, axes: readonly Axis[], fill = 0): Load => ({ buffer, lag: 0, base: 0, fill, axes })
export const number = (value: number): string => `f32.const ${bitsOf(Math.fround(value))}`
/** An element as a float on the stack. */
export const float = (index: number, type: StoreType): string => (type === 'f32' ? `load ${index}` : `load ${index} f32.from_i32`)

/** @property constants  are numbered before it is known how many there are: buffers from `CONSTANTS` on, moved in the end */
export class Net {
  readonly random: Random
  readonly inputs: InputSpec[] = []
  readonly constants: Constant[] = []
  readonly kernels: Kernel[] = []
  readonly sources: Source[] = []

  constructor(random: Random) {
    this.random = random
    for (let input = 0; input < random.between(1, 2); input++) {
      const type = random.pick(['u8', 'u8', 'i8', 'f32'] as const)
      this.inputs.push({ type, count: COUNT })
      this.sources.push({ buffer: input, type, greatest: type === 'f32' ? 2 ** 64 : 255, unit: type === 'f32' ? 2 ** -100 : 1 })
    }
  }

  constant(values: readonly number[]): number {
    this.constants.push(floats(values))
    return CONSTANTS + this.constants.length - 1
  }

  add(each: Kernel, greatest: number, unit: number): void {
    this.kernels.push(each)
    this.sources.push({ buffer: KERNELS + this.kernels.length - 1, type: each.storeType, greatest, unit })
  }

  source(): Source {
    return this.random.chance(0.6) ? this.sources.at(-1)! : this.random.pick(this.sources)
  }
}

const CONSTANTS = 1000
const KERNELS = 2000

export function randomNet(random: Random): Program {
  const net = new Net(random)
  const layers = random.between(1, 4)
  for (let layer = 0; layer < layers; layer++) exactLayer(net, net.source())
  return programOf(net)
}

/** A layer of integers and fixed-point numbers, or what makes such of the source. */
export function exactLayer(net: Net, source: Source): void {
  const layers = source.type === 'f32' ? [dense, dense, window, map, map, quantise] : [dense, dense, window, map, table, integers]
  if (source.type === 'f32' && source.greatest > 2 ** 30) quantise(net, source)
  else net.random.pick(layers)(net, source)
}

/** What the layers are, with constants numbered after the inputs. */
export function programOf(net: Net): Program {
  const { inputs, constants } = net
  const moved = (buffer: number): number =>
    buffer >= KERNELS
      ? buffer - KERNELS + inputs.length + constants.length
      : buffer >= CONSTANTS
        ? buffer - CONSTANTS + inputs.length
        : buffer
  const kernels = net.kernels.map((each) => ({ ...each, loads: each.loads.map((one) => ({ ...one, buffer: moved(one.buffer) })) }))
  return program(inputs, constants, kernels)
}

/** Six elements in two dimensions, and the axis of a load that reads the same element. */
const LAYOUTS = [
  { shape: [2, 3], channel: 1, strides: [3, 1] },
  { shape: [3, 2], channel: 0, strides: [2, 1] },
] as const
export const same = [axis(COUNT, 1, 0, [0, 1])]

/** A scale, a rounding, a clip and a type for what `greatest` and `unit` are guessed of. */
function finish({ random }: Net, greatest: number, unit: number): Stored {
  const open = random.chance(0.45)
  const shift = 2 ** -random.between(0, 12)
  const scale = random.chance(0.9) ? shift : random.pick([0.3, 3, -shift, 5 * shift])
  if (open) {
    return random.chance(0.5)
      ? { type: 'f32', text: '', greatest, unit }
      : { type: 'f32', text: `${number(scale)} f32.mul`, greatest: greatest * scale, unit: unit * scale }
  }
  const round = random.pick(['f32.floor', 'f32.floor', 'f32.nearest', 'f32.ceil', 'f32.trunc'])
  const half = random.chance(0.3) ? `${number(random.pick([0.5, -0.5, 0.25]))} f32.add` : ''
  const [low, high] = random.pick([
    [0, 255],
    [-128, 127],
    [0, 4095],
    [-7, 500],
  ] as const)
  const clip = random.pick([
    `${number(low)} f32.max ${number(high)} f32.min`,
    `${number(high)} f32.min ${number(low)} f32.max`,
    `${number(0)} f32.max`,
    '',
  ])
  const type = random.pick(['f32', 'f32', 'i32', low === 0 ? 'u8' : 'i8'] as const)
  const toInteger = type === 'f32' ? '' : 'i32.from_f32'
  const text = `${number(scale)} f32.mul ${half} ${round} ${clip} ${toInteger}`
  return { type, text, greatest: clip === '' ? greatest * scale : Math.min(4095, greatest * scale), unit: 1 }
}

const parts = ({ type, text }: Stored, before: string) => ({
  storeType: type,
  resultType: type === 'f32' ? ('f32' as const) : ('i32' as const),
  result: code(`${before} ${text}`),
})

/** Weights with which a sum of `terms` comes near a share of 2^24 units; a unit is `2^exponent`. */
function weightsOf(
  { random }: Net,
  count: number,
  terms: number,
  { greatest, unit }: Source,
): { values: number[]; bound: number; step: number } {
  const share = random.pick([0.2, 0.5, 0.8, 0.95, 1.05, 1.3, 1.9])
  const step = 2 ** random.between(-14, 5)
  const wide = Math.min(2 ** 24, Math.max(1, (share * 2 ** 24 * unit) / (terms * greatest)))
  const signs = random.chance(0.5)
  const values = Array.from({ length: count }, () => {
    const size = Math.max(0, Math.round(wide * (random.chance(0.7) ? 1 : random.below(1000) / 1000))) - random.below(2)
    return size * step * (signs && random.chance(0.4) ? -1 : 1)
  })
  return { values, bound: wide * step * terms * greatest, step: step * unit }
}

/** A product with weights over all elements or over the channels, with a bias, another buffer added, and an end. */
function dense(net: Net, source: Source): void {
  const { random } = net
  const layout = random.pick(LAYOUTS)
  const over = random.chance(0.5)
  const terms = over ? COUNT : 3
  const { values, bound, step } = weightsOf(net, 3 * terms, terms, source)
  const x = over
    ? load(source.buffer, [axis(COUNT, 1, 0, [2, 1])])
    : load(source.buffer, [
        axis(2, layout.strides[1 - layout.channel]!, 0, [1 - layout.channel, 1]),
        axis(3, layout.strides[layout.channel]!, 0, [2, 1]),
      ])
  const loads = [x, load(net.constant(values), [axis(3, terms, 0, [layout.channel, 1]), axis(terms, 1, 0, [2, 1])])]
  let text = 'fold'
  if (random.chance(0.5)) {
    const biases = Array.from({ length: 3 }, () => random.between(-1000, 1000) * step * random.pick([1, 1, 0.5, 2 ** 10]))
    text += ` load ${loads.push(load(net.constant(biases), [axis(3, 1, 0, [layout.channel, 1])])) - 1} f32.add`
  }
  const other = random.pick(net.sources)
  if (random.chance(0.4) && other.greatest < 2 ** 30) {
    const scale = 2 ** random.between(-6, 6)
    const at =
      loads.push(
        load(other.buffer, [
          axis(2, layout.strides[1 - layout.channel]!, 0, [1 - layout.channel, 1]),
          axis(3, layout.strides[layout.channel]!, 0, [layout.channel, 1]),
        ]),
      ) - 1
    text += ` ${float(at, other.type)} ${number(scale)} f32.mul f32.add`
  }
  const end = finish(net, bound, step)
  net.add(
    kernel({
      shape: layout.shape,
      reduce: { op: 'sum', extents: [terms], block: random.between(1, 4) },
      loads,
      term: code(random.chance(0.5) ? `${float(0, source.type)} load 1 f32.mul` : `load 1 ${float(0, source.type)} f32.mul`),
      ...parts(end, text),
    }),
    end.greatest,
    end.unit,
  )
}

/** A convolution, a sum or an extreme over neighbours, padded or not. */
function window(net: Net, source: Source): void {
  const { random } = net
  const taps = random.between(2, 3)
  const op = random.pick(['sum', 'sum', 'max', 'min'] as const)
  const fill = source.type === 'f32' ? bitsOf(random.pick([0, 0, 3, -(2 ** 20)])) : random.pick([0, 0, 7, -3]) >>> 0
  const x = load(source.buffer, [axis(COUNT, 1, -random.below(2), [0, 1], [1, 1])], fill)
  const weighted = op === 'sum' && random.chance(0.5)
  const { values, bound, step } = weightsOf(net, taps, taps, source)
  const loads = weighted ? [x, load(net.constant(values), [axis(taps, 1, 0, [1, 1])])] : [x]
  const greatest = weighted ? bound : source.greatest * (op === 'sum' ? taps : 1)
  const end = finish(net, greatest, weighted ? step : source.unit)
  net.add(
    kernel({
      shape: [COUNT],
      reduce: { op, extents: [taps], block: random.between(1, 3) },
      loads,
      term: code(weighted ? `${float(0, source.type)} load 1 f32.mul` : float(0, source.type)),
      ...parts(end, 'fold'),
    }),
    end.greatest,
    end.unit,
  )
}

/** Element-wise: sums, products, extremes, choices, and offsets that come and go. */
function map(net: Net, source: Source): void {
  const { random } = net
  const small = net.sources.filter(({ greatest }) => greatest < 2 ** 30)
  const other = random.pick(small.length > 0 ? small : [source])
  const [x, y] = [float(0, source.type), float(1, other.type)]
  const offset = number(random.pick([128, 1000, 2 ** 20, 2 ** 23]) * source.unit)
  const text = random.pick([
    `${x} ${y} f32.add`,
    `${x} ${y} f32.sub`,
    `${x} ${y} f32.mul`,
    `${x} ${y} f32.max`,
    `${x} ${y} ${x} ${y} f32.lt select`,
    `${x} ${offset} f32.sub`,
    `${x} ${offset} f32.add`,
    `${x} ${offset} f32.add ${y} ${offset} f32.add f32.sub`,
    `${x} ${number(random.between(2, 3000))} f32.mul`,
    `${x} f32.abs`,
    `${x} ${number(0)} ${x} ${number(0)} f32.lt select`,
  ])
  const end = finish(net, source.greatest + other.greatest, Math.min(source.unit, other.unit))
  net.add(
    kernel({ shape: [COUNT], loads: [load(source.buffer, same), load(other.buffer, same)], ...parts(end, text) }),
    end.greatest,
    end.unit,
  )
}

/** A table looked up by integers. */
function table(net: Net, source: Source): void {
  const { random } = net
  const unit = 2 ** -random.between(0, 10)
  const entries = Array.from({ length: random.between(100, 300) }, () => random.between(-3000, 3000) * unit)
  const place: Axis = { extent: entries.length, stride: 1, coordinate: { kind: 'indexed', load: 0, offset: random.pick([0, 128, 3]) } }
  const end = finish(net, 3000 * unit, unit)
  const fill = bitsOf(random.pick([0, 4000]))
  net.add(
    kernel({ shape: [COUNT], loads: [load(source.buffer, same), load(net.constant(entries), [place], fill)], ...parts(end, 'load 1') }),
    end.greatest,
    end.unit,
  )
}

/** A float input, or whatever else, to few bits. */
function quantise(net: Net, source: Source): void {
  const { random } = net
  const scale = random.pick([1, 2 ** -4, 2 ** 5])
  const round = random.pick(['f32.floor', 'f32.nearest'])
  const type = random.pick(['u8', 'i8', 'f32'] as const)
  const [low, high] = type === 'i8' ? [-128, 127] : [0, 255]
  const text = `${float(0, source.type)} ${number(scale)} f32.mul ${round} ${number(low)} f32.max ${number(high)} f32.min`
  const end: Stored = { type, text: type === 'f32' ? '' : 'i32.from_f32', greatest: 255, unit: 1 }
  net.add(kernel({ shape: [COUNT], loads: [load(source.buffer, same)], ...parts(end, text) }), 255, 1)
}

/** Integers multiplied as integers, less their zero points, and requantised. */
function integers(net: Net, source: Source): void {
  const { random } = net
  const bits = random.between(4, 18)
  const weights = Array.from({ length: 3 * COUNT }, () => random.between(-(2 ** bits), 2 ** bits))
  const zero = `i32.const ${random.between(0, 200)} i32.sub`
  const end = random.chance(0.5)
    ? {
        type: random.pick(['i32', 'i8', 'u8'] as const),
        text: random.pick(['', 'i32.const 5 i32.shr_s', 'i32.const 0 i32.max i32.const 255 i32.min']),
        greatest: 4095,
        unit: 1,
      }
    : finish(net, 255 * 2 ** bits * COUNT, 1)
  const before = end.text.includes('f32') || end.type === 'f32' ? 'fold f32.from_i32' : 'fold'
  const { shape, channel } = LAYOUTS[0]
  const constant: Constant = { type: 'i32', count: weights.length, bytes: new Uint8Array(Int32Array.from(weights).buffer) }
  net.constants.push(constant)
  net.add(
    kernel({
      shape,
      foldType: 'i32',
      reduce: { op: 'sum', extents: [COUNT], block: 4 },
      loads: [
        load(source.buffer, [axis(COUNT, 1, 0, [2, 1])]),
        load(CONSTANTS + net.constants.length - 1, [axis(3, COUNT, 0, [channel, 1]), axis(COUNT, 1, 0, [2, 1])]),
      ],
      term: code(`load 0 ${zero} load 1 i32.mul`),
      ...parts(end, before),
    }),
    end.greatest,
    end.unit,
  )
}
