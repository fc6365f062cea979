import { OpineError } from '@opine/dispute-game/errors.ts'
import { encodeModel, type NodeSource, type PortSource, type TensorData, type TensorSource } from '../../../onnx/encode.ts'
import type { Attribute, ElementType } from '../../../onnx/types.ts'

/** A tensor of the graph in the making. Integers of any store type are `f32` inside, where they are exact. */
export type Ref = { readonly name: string; readonly type: ElementType; readonly shape: readonly number[] }
export type Made = Ref & { readonly op: string; readonly inputs: readonly Ref[] }

/** What stands in the way of an ONNX form; caught where kernels are shared out. */
export const noForm = (reason: string): OpineError => new OpineError('NO_ONNX_FORM', reason)

/** Parts that one node cuts off, beside what lies before and behind: with its input fewer tensors than a shader of any GPU may bind. */
export const SHADER_PARTS = 5

const total = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length, 0)

/** Nodes and initializers, equal ones once, in order. */
export class GraphWriter {
  readonly #nodes = new Map<string, { readonly source: NodeSource; readonly ref: Made }>()
  readonly #tensors: TensorSource[] = []
  readonly #shared = new Map<string, Ref>()
  readonly #inputs: PortSource[] = []
  readonly #made = new Map<string, Made>()
  #count = 0

  input(name: string, type: ElementType, shape: readonly number[]): Ref {
    this.#inputs.push({ name, type, shape })
    return { name, type, shape }
  }

  /** A node with one output. */
  node(
    op: string,
    inputs: readonly Ref[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
    type: ElementType = inputs[0]!.type,
  ): Ref {
    const key = JSON.stringify([op, inputs.map(({ name }) => name), attributes])
    const known = this.#nodes.get(key)
    if (known) return known.ref
    const ref: Made = { name: `t${this.#count++}`, type, shape, op, inputs }
    this.#nodes.set(key, { source: { op, inputs: inputs.map(({ name }) => name), outputs: [ref.name], attributes }, ref })
    this.#made.set(ref.name, ref)
    return ref
  }

  /** The node that makes a tensor, if one does. */
  made(ref: Ref): Made | undefined {
    return this.#made.get(ref.name)
  }

  /**
   * The parts of a list, one after the other; a node cuts some of them off, and what lies before and behind these.
   * @param most  parts that a node may cut off
   */
  split(list: Ref, lengths: readonly number[], most: number): Ref[] {
    const parts: Ref[] = []
    for (let first = 0; first < lengths.length; first += most) {
      const own = lengths.slice(first, first + most)
      const [before, behind] = [total(lengths.slice(0, first)), total(lengths.slice(first + own.length))]
      const made = this.#cut(list, [...(before > 0 ? [before] : []), ...own, ...(behind > 0 ? [behind] : [])])
      const start = before > 0 ? 1 : 0
      parts.push(...made.slice(start, start + own.length))
    }
    return parts
  }

  #cut(list: Ref, lengths: readonly number[]): readonly Ref[] {
    const refs = lengths.map(
      (length): Made => ({ name: `t${this.#count++}`, type: list.type, shape: [length], op: 'Split', inputs: [list] }),
    )
    const outputs = refs.map(({ name }) => name)
    const inputs = [list.name, this.integers(lengths).name]
    this.#nodes.set(outputs.join(), { source: { op: 'Split', inputs, outputs, attributes: { axis: { int: 0 } } }, ref: refs[0]! })
    for (const ref of refs) this.#made.set(ref.name, ref)
    return refs
  }

  /** Shapes of what nodes make, by name. */
  shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map([...this.#made].map(([name, { shape }]) => [name, shape]))
  }

  constant(type: ElementType, shape: readonly number[], data: TensorData): Ref {
    const small =
      data.length <= 64
        ? `${type} [${shape}] ${Array.from(data as ArrayLike<number>, (value) => (Object.is(value, -0) ? '-0' : value)).join()}`
        : null
    const known = small === null ? undefined : this.#shared.get(small)
    if (known) return known
    const ref: Ref = { name: `c${this.#count++}`, type, shape }
    this.#tensors.push({ ...ref, data })
    if (small !== null) this.#shared.set(small, ref)
    return ref
  }

  scalar(value: number): Ref {
    return this.constant('f32', [], [value])
  }

  /** A list of axes, sizes or positions. */
  integers(values: readonly number[]): Ref {
    return this.constant('i64', [values.length], values.map(BigInt))
  }

  reshape(ref: Ref, shape: readonly number[]): Ref {
    const before = this.made(ref)
    const own = before?.op === 'Reshape' ? before.inputs[0]! : ref
    return same(own.shape, shape) ? own : this.node('Reshape', [own, this.integers(shape)], shape)
  }

  /** Axis `i` of the result is axis `order[i]`. */
  transpose(ref: Ref, order: readonly number[]): Ref {
    if (order.every((axis, position) => axis === position)) return ref
    const shape = order.map((axis) => ref.shape[axis]!)
    // Where only axes of extent 1 change places, nothing moves.
    const long = order.filter((axis) => ref.shape[axis] !== 1)
    if (long.every((axis, position) => position === 0 || axis > long[position - 1]!)) return this.reshape(ref, shape)
    if (order.join() === '2,0,3,1' && ref.shape[0] === ref.shape[1]) return this.#interleave(ref, shape)
    return this.node('Transpose', [ref], shape, { perm: { ints: [...order] } })
  }

  /** `[n, n, height, width]` as `[height, n, width, n]`: channels become pixels, for which the runtime is faster with an operator of its own. */
  #interleave(ref: Ref, [height, block, width]: readonly number[]): Ref {
    const channels = this.reshape(ref, [1, block! * block!, height!, width!])
    const pixels = this.node('DepthToSpace', [channels], [1, 1, height! * block!, width! * block!], { blocksize: { int: block! } })
    return this.reshape(pixels, [height!, block!, width!, block!])
  }

  expand(ref: Ref, shape: readonly number[]): Ref {
    return same(ref.shape, shape) ? ref : this.node('Expand', [ref, this.integers(shape)], shape)
  }

  cast(ref: Ref, type: ElementType): Ref {
    if (ref.type === type) return ref
    const codes = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, bool: 9, f16: 10, f64: 11 }
    return this.node('Cast', [ref], ref.shape, { to: { int: codes[type] } }, type)
  }

  /** The model of everything that the outputs need. */
  finish(name: string, outputs: readonly Ref[]): Uint8Array {
    const needed = new Set(outputs.map((ref) => ref.name))
    const nodes: NodeSource[] = []
    for (const { source } of [...this.#nodes.values()].reverse()) {
      if (!source.outputs.some((output) => needed.has(output))) continue
      for (const input of source.inputs) needed.add(input)
      nodes.unshift(source)
    }
    const distinct = [...new Map(outputs.map((ref) => [ref.name, ref])).values()]
    const ports = distinct.map(({ name: port, type, shape }): PortSource => ({ name: port, type, shape }))
    const initializers = this.#tensors.filter((tensor) => needed.has(tensor.name))
    return encodeModel({ name, opset: 17, inputs: this.#inputs, outputs: ports, nodes, initializers })
  }
}

export const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, i) => value === b[i])
