import type { GraphNode, Model, Tensor } from '../../../onnx/types.ts'
import { BLOCKED_DOMAIN, type Twin } from './blocks.ts'

/**
 * Positions that the caller gives, of elements that lie elsewhere now.
 * @property input  that takes them, the ones from `start` on to `end` @property shape  of the tensor that they are positions in
 */
export type Moved = { readonly input: string; readonly start: number; readonly end: number; readonly shape: readonly number[] }
export type Rewritten = { readonly model: Model; readonly moved: readonly Moved[] }

/** What is known of a graph, and what is written in its place. */
export class Rewriter {
  readonly #nodes: GraphNode[] = []
  readonly #made: Tensor[] = []
  readonly #twins = new Map<string, Twin>()
  readonly #same = new Map<string, string>()
  readonly #moved: Moved[] = []
  readonly #makers: ReadonlyMap<string, GraphNode>
  readonly #constants: ReadonlyMap<string, Tensor>
  readonly #model: Model
  /** Of tensors that were there before the runtime optimised, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Channels in a block. */
  readonly block: number

  constructor(model: Model, shapes: ReadonlyMap<string, readonly number[]>, block: number) {
    this.#model = model
    this.shapes = shapes
    this.block = block
    this.#constants = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]))
    this.#makers = new Map(model.graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  }

  /** The graph's node, reading what stands for its operands now. */
  current(node: GraphNode): GraphNode {
    return { ...node, inputs: node.inputs.map((input) => this.#same.get(input) ?? input) }
  }

  /** The blocked twin of a tensor. */
  twin(name: string): Twin | undefined {
    return this.#twins.get(name)
  }

  /** That of what a Reshape puts into another shape. */
  twinBehind(name: string): Twin | undefined {
    const reshape = this.#makers.get(name)
    return reshape?.op === 'Reshape' ? this.#twins.get(reshape.inputs[0]!) : undefined
  }

  isScalar(name: string): boolean {
    return this.#constants.get(name)?.shape.every((extent) => extent === 1) === true
  }

  /** Which part of an input a tensor is; undefined if it is none. */
  partOfInput(name: string): Omit<Moved, 'shape'> | undefined {
    const split = this.#makers.get(name)
    const [input, list] = split?.op === 'Split' ? split.inputs : []
    const lengths = list === undefined ? null : this.integers(list)
    if (!split || !lengths || !this.#model.graph.inputs.some((each) => each.name === input)) return undefined
    const before = lengths.slice(0, split.outputs.indexOf(name))
    const start = before.reduce((sum, length) => sum + length, 0)
    return { input: input!, start, end: start + lengths[before.length]! }
  }

  /** The elements of a constant list of integers. */
  integers(name: string): number[] | null {
    const tensor = this.#constants.get(name)
    return tensor?.type === 'i64' ? Array.from(new BigInt64Array(tensor.data.slice().buffer), Number) : null
  }

  pair(name: string, twin: Twin): void {
    this.#twins.set(name, twin)
  }

  /** From now on one tensor stands for the other. */
  replace(name: string, by: string): void {
    this.#same.set(name, by)
  }

  move(moved: Moved): void {
    this.#moved.push(moved)
  }

  keep(node: GraphNode): void {
    this.#nodes.push(node)
  }

  push(op: string, inputs: readonly string[], output: string, attributes: GraphNode['attributes'] = {}, domain = ''): string {
    this.#nodes.push({ op, domain, name: `${output}_${op}`, inputs, outputs: [output], attributes })
    return output
  }

  list(name: string, values: readonly number[]): string {
    this.#made.push({ name, type: 'i64', shape: [values.length], data: new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer) })
    return name
  }

  /** A node on blocked tensors instead of one of the graph, and its result in order for who wants it so; nobody may. */
  onBlocks(node: GraphNode, inputs: readonly string[], shape: readonly number[]): void {
    const { op, outputs, attributes } = node
    const [output] = outputs as [string]
    const name = this.push(op, inputs, `${output}_blocked`, attributes)
    // Pictures alone are put in order; of another rank the node itself gives what is in order.
    if (shape.length === 4)
      this.push('ReorderOutput', [name], output, { channels: { int: shape[1]! }, channels_last: { int: 0 } }, BLOCKED_DOMAIN)
    else this.keep(node)
    this.#twins.set(output, { name, shape })
  }

  /** What the outputs depend on. */
  finish(): Rewritten {
    const { graph } = this.#model
    const wanted = new Set(graph.outputs.map(({ name }) => name))
    const nodes: GraphNode[] = []
    for (const node of [...this.#nodes].reverse()) {
      if (!node.outputs.some((output) => wanted.has(output))) continue
      for (const input of node.inputs) wanted.add(input)
      nodes.push(node)
    }
    const initializers = [...graph.initializers, ...this.#made].filter(({ name }) => wanted.has(name))
    return { model: { ...this.#model, graph: { ...graph, nodes: nodes.reverse(), initializers } }, moved: this.#moved }
  }
}
