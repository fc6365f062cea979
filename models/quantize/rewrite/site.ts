import { packTensor } from '../../onnx/encode.ts'
import type { Attribute, GraphNode, Tensor } from '../../onnx/types.ts'
import { isCopy, type Network } from '../network/network.ts'
import { numbersIn } from '../network/numbers.ts'

/** What a rule sees of a graph, and what it adds to it. */
export class Site {
  readonly tensors: Tensor[] = []
  /** By output of a node that a rule wrote: what stands for it where it has no integer form. */
  readonly originals = new Map<string, readonly GraphNode[]>()
  readonly opset: number
  readonly #network: Network
  readonly #makers: ReadonlyMap<string, GraphNode>
  readonly #names: Set<string>

  constructor(network: Network) {
    const { graph } = network.model
    this.#network = network
    this.opset = network.opset
    this.#makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node])))
    this.#names = new Set(
      [...graph.inputs, ...graph.initializers].map(({ name }) => name).concat(graph.nodes.flatMap(({ outputs }) => outputs)),
    )
  }

  /** The node that calculates a tensor, of those of one of the operators; null for another, or a constant. */
  maker(name: string, ...operators: readonly string[]): GraphNode | null {
    const node = this.#makers.get(this.source(name))
    return node && node.domain === '' && operators.includes(node.op) && !this.constant(name) ? node : null
  }

  /** The tensor of which this one is a copy. */
  source(name: string): string {
    const node = this.#makers.get(name)
    return node && isCopy(node, this.#network.tensors) ? this.source(node.inputs[0]!) : name
  }

  constant(name: string | undefined): Tensor | undefined {
    return this.#network.constants.get(name ?? '')
  }

  /** The only number of a constant; null for another tensor. */
  number(name: string | undefined): number | null {
    const tensor = this.constant(name)
    const numbers = tensor ? numbersIn(tensor) : []
    return numbers.length === 1 ? numbers[0]! : null
  }

  /** Whether nodes of one operator alone read a tensor, which is no output. */
  isReadBy(name: string, op: string): boolean {
    const { readers, outputs } = this.#network
    const own = readers.get(name) ?? []
    return own.length > 0 && own.every((node) => node.op === op && node.domain === '') && !outputs.some(({ source }) => source === name)
  }

  shape(name: string): readonly number[] {
    return this.#network.tensors.get(name)?.shape ?? []
  }

  type(name: string): string | undefined {
    return this.#network.tensors.get(name)?.type
  }

  /** Axes of a reduction, counted from the start; all where none are given. */
  axes({ inputs, attributes }: GraphNode): number[] {
    const rank = this.shape(inputs[0]!).length
    const tensor = this.constant(inputs[1])
    const given = tensor ? [...numbersIn(tensor)] : 'ints' in (attributes.axes ?? {}) ? ints(attributes.axes) : null
    return (given ?? Array.from({ length: rank }, (_, axis) => axis)).map((axis) => (axis < 0 ? axis + rank : axis))
  }

  fresh(label: string): string {
    let name = label
    while (this.#names.has(name)) name += "'"
    this.#names.add(name)
    return name
  }

  floats(label: string, shape: readonly number[], data: ArrayLike<number>): string {
    const name = this.fresh(label)
    this.tensors.push(packTensor({ name, type: 'f32', shape, data }))
    return name
  }

  integers(label: string, values: readonly number[]): string {
    const name = this.fresh(label)
    this.tensors.push(packTensor({ name, type: 'i64', shape: [values.length], data: values.map(BigInt) }))
    return name
  }

  reshape(input: string, output: string, shape: readonly number[]): GraphNode {
    return node('Reshape', [input, this.integers(`${output}.shape`, shape)], output)
  }
}

export const node = (op: string, inputs: readonly string[], output: string, attributes: GraphNode['attributes'] = {}): GraphNode => ({
  ...{ op, domain: '', name: output, inputs, outputs: [output], attributes },
})

export const ints = (attribute: Attribute | undefined): readonly number[] => (attribute && 'ints' in attribute ? attribute.ints : [])

export const int = (attribute: Attribute | undefined, fallback: number): number =>
  attribute && 'int' in attribute ? attribute.int : attribute && 'float' in attribute ? attribute.float : fallback

export const text = (attribute: Attribute | undefined, fallback: string): string =>
  attribute && 'string' in attribute ? attribute.string : fallback
