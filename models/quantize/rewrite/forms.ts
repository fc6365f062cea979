import { packTensor } from '../../onnx/encode.ts'
import type { Attribute, GraphNode, Model, Tensor } from '../../onnx/types.ts'

/** Nodes and constants that are added to a model, and which of its tensors are integers of one scale. */
export class Forms {
  readonly nodes: GraphNode[] = []
  readonly tensors: Tensor[] = []
  /** Names of scale and zero point, by tensor. */
  readonly scales = new Map<string, readonly [string, string]>()
  readonly #names: Set<string>

  constructor({ graph }: Model) {
    const { inputs, initializers, nodes } = graph
    this.#names = new Set([...inputs, ...initializers].map(({ name }) => name).concat(nodes.flatMap(({ outputs }) => outputs)))
  }

  fresh(label: string): string {
    let name = label
    while (this.#names.has(name)) name += "'"
    this.#names.add(name)
    return name
  }

  ones(label: string, shape: readonly number[]): string {
    const name = this.fresh(label)
    const count = shape.reduce((a, b) => a * b, 1)
    this.tensors.push(packTensor({ name, type: 'f32', shape, data: new Float32Array(count).fill(1) }))
    return name
  }

  add(op: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, Attribute>> = {}): string {
    this.nodes.push({ op, domain: '', name: output, inputs, outputs: [output], attributes })
    return output
  }

  /** Integers as numbers. @param axis  along which scales of several numbers lie */
  real(integers: string, scale: string, zero: string, axis?: number): string {
    const inputs = zero === '' ? [integers, scale] : [integers, scale, zero]
    return this.add('DequantizeLinear', inputs, this.fresh(`${integers}.real`), axis === undefined ? {} : { axis: { int: axis } })
  }

  /** Numbers as the integers that the output is. */
  quantized(numbers: string, [scale, zero]: readonly [string, string], output: string): void {
    this.add('QuantizeLinear', zero === '' ? [numbers, scale] : [numbers, scale, zero], output)
    this.scales.set(output, [scale, zero])
  }
}
