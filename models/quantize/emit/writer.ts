import { product } from '../../ir/types.ts'
import type { NodeSource, TensorData, TensorSource } from '../../onnx/encode.ts'
import { type Attribute, ELEMENT_TYPES, type ElementType, type Tensor } from '../../onnx/types.ts'

/** Collects the nodes and constants of the new graph; names are unique. */
export class GraphWriter {
  readonly nodes: NodeSource[] = []
  readonly tensors = new Map<string, TensorSource>()
  readonly #names: Set<string>
  readonly #scalars = new Map<string, string>()

  /** @param taken  names of inputs and outputs, which nothing else may have */
  constructor(taken: Iterable<string>) {
    this.#names = new Set(taken)
  }

  fresh(name: string): string {
    let chosen = name
    for (let count = 2; this.#names.has(chosen); count += 1) chosen = `${name}.${count}`
    this.#names.add(chosen)
    return chosen
  }

  /** Adds a node with one output, and gives its name. */
  node(op: string, inputs: readonly string[], label: string, attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = this.fresh(label)
    this.add({ op, name: output, inputs, outputs: [output], attributes })
    return output
  }

  add(node: NodeSource): void {
    this.nodes.push(node)
  }

  /** The name of a constant; the same for the same elements, of which unrolled cells have many. */
  constant(label: string, type: ElementType, shape: readonly number[], data: TensorData): string {
    let sum = 0
    for (let index = 0; index < data.length; index += 1) sum += Number(data[index]) * (1 + (index % 7))
    const key = `${type} ${shape} ${sum}`
    const alike = this.#alike.get(key) ?? []
    const known = alike.find((tensor) => isSame(tensor.data, data))
    if (known) return known.name
    const tensor: TensorSource = { name: this.fresh(label), type, shape, data }
    this.#alike.set(key, [...alike, tensor])
    this.tensors.set(tensor.name, tensor)
    return tensor.name
  }

  readonly #alike = new Map<string, readonly TensorSource[]>()

  /** A float constant without dimensions, one for each value. */
  scalar(value: number): string {
    const key = `${value}`
    const known = this.#scalars.get(key) ?? this.constant(`scalar ${key}`, 'f32', [], [value])
    this.#scalars.set(key, known)
    return known
  }

  integers(label: string, values: readonly number[]): string {
    return this.constant(label, 'i64', [values.length], values.map(BigInt))
  }

  /** A constant of the old graph, under its own name if that is free; the same for every reader. */
  copied(tensor: Tensor): string {
    const known = this.#copies.get(tensor.name)
    if (known !== undefined) return known
    const name = this.constant(tensor.name, tensor.type, tensor.shape, elementsOf(tensor))
    this.#copies.set(tensor.name, name)
    return name
  }

  readonly #copies = new Map<string, string>()

  cast(input: string, type: ElementType, label: string): string {
    return this.node('Cast', [input], label, { to: { int: ELEMENT_TYPES[type].code } })
  }
}

function isSame(a: TensorData, b: TensorData): boolean {
  for (let index = 0; index < a.length; index += 1) if (!Object.is(a[index], b[index])) return false
  return a.length === b.length
}

function elementsOf({ type, shape, data }: Tensor): TensorData {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const count = product(shape)
  const read = (index: number): number | bigint => {
    if (type === 'i64') return view.getBigInt64(8 * index, true)
    if (type === 'f64') return view.getFloat64(8 * index, true)
    if (type === 'f32') return view.getFloat32(4 * index, true)
    if (type === 'i32') return view.getInt32(4 * index, true)
    if (type === 'f16') return view.getUint16(2 * index, true)
    return type === 'i8' ? view.getInt8(index) : view.getUint8(index)
  }
  return Array.from({ length: count }, (_, index) => read(index)) as number[] | bigint[]
}
