import { OpineError } from '@opine/dispute-game/errors.ts'
import type { ElementType, Graph, GraphNode } from '../onnx/types.ts'
import { Attributes } from './attributes.ts'
import type { Builder } from './builder.ts'
import { numbersOf } from './constant.ts'
import { shapeOf, type View } from './view.ts'

/** A tensor of the graph. `i64` values lie in an `i32` buffer: arithmetic at run time is modulo 2^32. */
export type Value = { readonly type: ElementType; readonly view: View }

/** A sequence of tensors; its length is known while compiling. */
export type Sequence = { readonly items: readonly Value[] }

/** An output that a program cannot have, such as strings: an error for whoever reads it. */
export type Refused = { readonly refused: OpineError }

export type Item = Value | Sequence | Refused

/** @throws {OpineError} `UNSUPPORTED_OPERATOR` where the item is a sequence */
export function tensorOf(item: Item, name: string): Value {
  if ('view' in item) return item
  if ('refused' in item) throw item.refused
  const message = `'${name}' is a sequence where a tensor is wanted; take its elements apart with SequenceAt or ConcatFromSequence.`
  throw new OpineError('UNSUPPORTED_OPERATOR', message, { tensor: name })
}

/** A node as its operator reads it: inputs resolved, attributes by kind with their defaults. */
export class NodeReader extends Attributes {
  override readonly node: GraphNode
  /** Version of the node's operator set. */
  readonly opset: number
  readonly builder: Builder
  readonly #inputs: readonly (Item | null)[]
  readonly #branch: (graph: Graph) => readonly Item[]

  constructor(
    node: GraphNode,
    opset: number,
    builder: Builder,
    inputs: readonly (Item | null)[],
    branch: (graph: Graph) => readonly Item[],
  ) {
    super()
    this.node = node
    this.opset = opset
    this.builder = builder
    this.#inputs = inputs
    this.#branch = branch
  }

  get inputCount(): number {
    return this.#inputs.length
  }

  /** @throws {OpineError} `INVALID_NODE` where it is absent */
  input(index: number): Value {
    return this.optional(index) ?? this.#raise(`lacks its input ${index}`)
  }

  optional(index: number): Value | null {
    const item = this.#inputs[index] ?? null
    return item && tensorOf(item, this.node.inputs[index]!)
  }

  /** An input of either kind; null where it is absent. */
  item(index: number): Item | null {
    return this.#inputs[index] ?? null
  }

  /** @throws {OpineError} `INVALID_NODE` where the input is absent or a tensor */
  sequence(index: number): Sequence {
    const item = this.item(index)
    return item && 'items' in item ? item : this.#raise(`lacks the sequence that its input ${index} must be`)
  }

  /** The outputs of the graph in attribute `name`, lowered in place. */
  branch(name: string): readonly Item[] {
    const attribute = this.attribute(name)
    return attribute && 'graph' in attribute ? this.#branch(attribute.graph) : this.#raise(`lacks the graph '${name}'`)
  }

  /** Whether the node names its output `index`, which means that somebody may read it. */
  wants(index: number): boolean {
    return (this.node.outputs[index] ?? '') !== ''
  }

  /** The numbers of an input that must be known while compiling; null where the input is absent. */
  known(index: number): readonly number[] | null {
    const value = this.optional(index)
    if (!value) return null
    const numbers = numbersOf(value.view)
    if (numbers) return numbers
    throw this.unsupported(`input ${index} ('${this.node.inputs[index]}') is computed at run time`, 'the same with a constant there')
  }

  /** An axis of a tensor of this rank, 0 .. rank - 1. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis
    return Number.isInteger(counted) && counted >= 0 && counted < rank
      ? counted
      : this.#raise(`names axis ${axis} of a tensor of rank ${rank}`)
  }

  /** The form of an operator that this compiler does not know, with the nearest that it does. */
  unsupported(reason: string, nearest: string): OpineError {
    const { op, name } = this.node
    const message = `Node '${this.label}': this form of ${op} is not supported: ${reason}. Nearest supported form: ${nearest}.`
    return new OpineError('UNSUPPORTED_OPERATOR', message, { operator: op, node: name, reason })
  }

  /** A node that ONNX itself does not allow. */
  override invalid(reason: string): OpineError {
    const shapes = this.#inputs
      .map((value) => (value === null ? 'none' : 'view' in value ? `[${shapeOf(value.view)}]` : 'sequence'))
      .join(', ')
    const message = `Node '${this.label}' (${this.node.op}) ${reason}; its inputs have the shapes ${shapes}.`
    return new OpineError('INVALID_NODE', message, { operator: this.node.op, node: this.node.name, reason })
  }

  /** The node's name, or that of its first output. */
  get label(): string {
    return this.node.name || (this.node.outputs[0] ?? '')
  }

  #raise(reason: string): never {
    throw this.invalid(reason)
  }
}

/** Lowers one node; gives its outputs, in order. */
export type Operator = (node: NodeReader) => readonly Item[]

/** An operator family: lowering by operator name. */
export type OperatorTable = Readonly<Record<string, Operator>>
