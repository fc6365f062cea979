import { packTensor } from '../../onnx/encode.ts'
import type { Attribute, GraphNode, Tensor } from '../../onnx/types.ts'
import type { Role } from './roles.ts'

/** Collects elementary nodes in the forms of one operator set. No name of the model begins with `label` and a dot. */
export class Elementary {
  readonly nodes: GraphNode[] = []
  readonly tensors = new Map<string, Tensor>()
  readonly roles = new Map<string, Role>()
  readonly label: string
  readonly #opset: number

  constructor(label: string, opset: number) {
    this.label = label
    this.#opset = opset
  }

  /** Adds a node, and gives the name of its output. */
  node(op: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, Attribute>> = {}, role?: Role): string {
    this.nodes.push({ op, domain: '', name: output, inputs, outputs: [output], attributes })
    if (role) this.roles.set(output, role)
    return output
  }

  constant(name: string, shape: readonly number[], data: ArrayLike<number>): string {
    if (!this.tensors.has(name)) this.tensors.set(name, packTensor({ name, type: 'f32', shape, data }))
    return name
  }

  /** 1, along any axis. */
  one(): string {
    return this.constant(`${this.label}.one`, [1], [1])
  }

  #integers(values: readonly number[]): string {
    const name = `${this.label}.integers.${values.join('.')}`
    if (!this.tensors.has(name)) this.tensors.set(name, packTensor({ name, type: 'i64', shape: [values.length], data: values.map(BigInt) }))
    return name
  }

  reshape(input: string, output: string, shape: readonly number[]): string {
    return this.node('Reshape', [input, this.#integers(shape)], output)
  }

  /** Positions `start .. end - 1` along one axis. */
  slice(input: string, output: string, axis: number, start: number, end: number): string {
    const [starts, ends, axes] = [[start], [end], [axis]]
    if (this.#opset < 10)
      return this.node('Slice', [input], output, { starts: { ints: starts }, ends: { ints: ends }, axes: { ints: axes } })
    return this.node('Slice', [input, this.#integers(starts), this.#integers(ends), this.#integers(axes)], output)
  }

  concat(inputs: readonly string[], output: string, axis: number): string {
    return this.node('Concat', inputs, output, { axis: { int: axis } })
  }
}
