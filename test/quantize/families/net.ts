import { Random } from '@opine/models/ir/random.ts'
import { encodeModel, type NodeSource, type PortSource, type TensorSource } from '@opine/models/onnx/encode.ts'
import type { Attribute, ElementType } from '@opine/models/onnx/types.ts'

/** Attributes as plain values: a whole number is an integer; a fraction, or what is in `FLOATS`, a float. */
export type Plain = Readonly<Record<string, number | string | readonly number[]>>

/** Attributes that are floats though their value is whole. */
const FLOATS: readonly string[] = ['alpha', 'beta', 'epsilon', 'gamma', 'bias', 'lambd', 'min', 'max', 'mode_value', 'value']

/** An input: floats of about 1, or numbers of a vocabulary. */
type Port = { readonly name: string; readonly shape: readonly number[]; readonly below: number | null }

/** A network in the making. Weights are drawn, the same ones each time. */
export class Net {
  readonly #random: Random
  readonly #name: string
  readonly #opset: number
  readonly #domains: Readonly<Record<string, number>>
  readonly #inputs: Port[] = []
  readonly #outputs: PortSource[] = []
  readonly #nodes: NodeSource[] = []
  readonly #tensors: TensorSource[] = []

  constructor(name: string, opset = 17, domains: Readonly<Record<string, number>> = {}) {
    this.#name = name
    this.#opset = opset
    this.#domains = domains
    this.#random = new Random(name.length * 77 + 5)
  }

  /** About a normal distribution of deviation 1. */
  normal(): number {
    let sum = 0
    for (let count = 0; count < 6; count += 1) sum += this.#random.between(-1000, 1000) / 1000
    return sum / Math.SQRT2
  }

  /** @param below  for token ids: how many there are */
  input(name: string, shape: readonly number[], below: number | null = null): string {
    this.#inputs.push({ name, shape, below })
    return name
  }

  output(...names: readonly string[]): this {
    for (const name of names) this.#outputs.push({ name, type: 'f32', shape: null })
    return this
  }

  /** Numbers of classes and the like. */
  numbers(name: string): this {
    this.#outputs.push({ name, type: 'i64', shape: null })
    return this
  }

  constant(type: ElementType, shape: readonly number[], data: ArrayLike<number>): string {
    const name = `c${this.#tensors.length}`
    const elements = type === 'i64' ? Array.from(data, BigInt) : type === 'f32' ? Float32Array.from(data) : data
    this.#tensors.push({ name, type, shape, data: elements })
    return name
  }

  scalar(value: number): string {
    return this.constant('f32', [], [value])
  }

  ints(...values: readonly number[]): string {
    return this.constant('i64', [values.length], values)
  }

  /** Drawn numbers around `mean`. */
  drawn(shape: readonly number[], deviation: number, mean = 0): string {
    const count = shape.reduce((a, b) => a * b, 1)
    return this.constant(
      'f32',
      shape,
      Float32Array.from({ length: count }, () => mean + deviation * this.normal()),
    )
  }

  /** Numbers within a factor of about 1.5 of 1. */
  positive(shape: readonly number[]): string {
    const count = shape.reduce((a, b) => a * b, 1)
    return this.constant(
      'f32',
      shape,
      Float32Array.from({ length: count }, () => this.#random.between(650, 1500) / 1000),
    )
  }

  node(op: string, inputs: readonly string[], attributes: Plain = {}, domain = ''): string {
    return this.nodes(op, inputs, 1, attributes, domain)[0]!
  }

  /** A node with several outputs. */
  nodes(op: string, inputs: readonly string[], count: number, attributes: Plain = {}, domain = ''): string[] {
    const label = `${op}_${this.#nodes.length}`
    const outputs = Array.from({ length: count }, (_, index) => (count === 1 ? label : `${label}.${index}`))
    const typed = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attributeOf(key, value)]))
    this.#nodes.push({ op, domain, name: `/${label}`, inputs, outputs, attributes: typed })
    return outputs
  }

  /** A convolution of `to` filters with a bias; weights of such a size that what comes out is about as large as what goes in. */
  conv(input: string, from: number, to: number, kernel: number, attributes: Plain & { readonly bias?: number } = {}): string {
    const { bias = 1, group = 1, ...others } = attributes
    const depth = from / Number(group)
    const weights = this.drawn([to, depth, kernel, kernel], Math.sqrt(1.6 / (depth * kernel * kernel)))
    const pads = Array<number>(4).fill((kernel - 1) >> 1)
    const inputs = bias === 1 ? [input, weights, this.drawn([to], 0.1)] : [input, weights]
    return this.node('Conv', inputs, { kernel_shape: [kernel, kernel], pads, group, ...others })
  }

  batchNorm(input: string, channels: number): string {
    const parameters = [this.positive([channels]), this.drawn([channels], 0.2), this.drawn([channels], 0.2), this.positive([channels])]
    return this.node('BatchNormalization', [input, ...parameters], { epsilon: 1e-5 })
  }

  /** A matrix product with a bias, as exporters write it for three dimensions. */
  dense(input: string, from: number, to: number): string {
    const product = this.node('MatMul', [input, this.drawn([from, to], Math.sqrt(1 / from))])
    return this.node('Add', [this.drawn([to], 0.1), product])
  }

  gemm(input: string, from: number, to: number): string {
    return this.node('Gemm', [input, this.drawn([to, from], Math.sqrt(1.5 / from)), this.drawn([to], 0.1)], { transB: 1 })
  }

  file(): Uint8Array {
    const inputs = this.#inputs.map(({ name, shape, below }) => ({
      name,
      shape,
      type: below === null ? ('f32' as const) : ('i64' as const),
    }))
    const { length } = this.#outputs
    if (length === 0) throw new Error(`${this.#name} has no output`)
    return encodeModel({
      ...{ name: this.#name, opset: this.#opset, domains: this.#domains, inputs },
      ...{ outputs: this.#outputs, nodes: this.#nodes, initializers: this.#tensors },
    })
  }

  /** Inputs as programs take them: of pictures and series neighbours are alike. */
  example(seed: number): Uint8Array[] {
    const random = new Random(1000 + seed)
    return this.#inputs.map(({ shape, below }) => {
      const count = shape.reduce((a, b) => a * b, 1)
      if (below !== null) return new Uint8Array(Int32Array.from({ length: count }, () => random.below(below)).buffer)
      const tone = random.between(-500, 500) / 1000
      let last = 0
      const next = (): number => {
        last = 0.6 * last + random.between(-1000, 1000) / 1000
        return tone + last
      }
      return new Uint8Array(Float32Array.from({ length: count }, next).buffer)
    })
  }
}

function attributeOf(key: string, value: Plain[string]): Attribute {
  if (typeof value === 'string') return { string: value }
  if (typeof value !== 'number') return key === 'scales' ? { floats: value } : { ints: value }
  return FLOATS.includes(key) || !Number.isInteger(value) ? { float: value } : { int: value }
}
