import { executeOutputs } from '../../exec/wasm/execute.ts'
import { product } from '../../ir/types.ts'
import { compile } from '../../lower/compile.ts'
import { encodeModel, type NodeSource } from '../../onnx/encode.ts'
import type { GraphWriter } from '../emit/writer.ts'
import { bytesOf, floatsOf } from '../network/evaluate.ts'
import type { Network } from '../network/network.ts'
import { LEAST_OPSET } from '../network/upgrade.ts'
import type { Code } from '../values.ts'

/** Bytes of integers that are kept between layers, and of those of one tensor in all examples. */
const MOST_BYTES = 536_870_912
const MOST_OF_ONE = 268_435_456

/** How many of so many calibration examples are replayed: as many as memory holds of the largest tensor. */
export function replayedOf({ tensors }: Network, examples: number): number {
  let largest = 1
  for (const { shape } of tensors.values()) largest = Math.max(largest, product(shape))
  return Math.min(examples, Math.max(1, Math.floor(MOST_OF_ONE / largest)))
}

type Integers = Uint8Array | Int8Array | Int16Array | Float32Array

/** A code's integers, example after example. */
type Kept = { readonly shape: readonly number[]; readonly values: readonly Integers[]; readonly bytes: number }

/**
 * Calibration examples on their way through the new graph while it is written: each tensor that is asked for is calculated from those
 * asked for before, with our own executor, so that a network is run once in all. What was long not asked for is forgotten, and calculated again.
 */
export class Replay {
  readonly #network: Network
  readonly #writer: GraphWriter
  readonly #examples: readonly (readonly Uint8Array[])[]
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>()
  readonly #makers = new Map<string, NodeSource>()
  readonly #means = new Map<string, Float64Array>()
  #seen = 0

  constructor(network: Network, writer: GraphWriter, examples: readonly (readonly Uint8Array[])[]) {
    this.#network = network
    this.#writer = writer
    this.#examples = examples
  }

  /** Mean integer at each position of `axis`, over all examples. */
  means(code: Code, axis: number): Float64Array {
    const key = `${axis} ${code.name}`
    const known = this.#means.get(key)
    if (known) return known
    const sums = new Float64Array(code.shape[axis]!)
    const inner = product(code.shape.slice(axis + 1))
    for (const values of this.integers(code)) addByChannel(sums, values, inner)
    const means = sums.map((sum) => (sum * sums.length) / (product(code.shape) * this.#examples.length))
    this.#means.set(key, means)
    return means
  }

  /** The integers of a code that is written already, by example, row-major. */
  integers(code: Code): readonly Integers[] {
    const { name, shape } = code
    const known = this.#kept.get(name)
    if (known) {
      this.#keep(name, known)
      return known.values
    }
    const { nodes, constants, fed } = this.#needed(name)
    const declared = [...this.#network.declared.keys()]
    const { program } = compile(
      encodeModel({
        name,
        opset: Math.max(LEAST_OPSET, this.#network.opset),
        domains: Object.fromEntries(Object.entries(this.#network.model.opsets).filter(([domain]) => domain !== '')),
        inputs: fed.map((input) => ({
          name: input,
          ...(this.#network.declared.get(input) ?? { type: 'f32', shape: this.#kept.get(input)!.shape }),
        })),
        outputs: [{ name, type: 'f32', shape }],
        nodes,
        initializers: constants.map((constant) => this.#writer.tensors.get(constant)!),
      }),
    )
    const values = this.#examples.map((example, index) => {
      const feeds = fed.map((input) => {
        const own = declared.indexOf(input)
        return own >= 0 ? example[own]! : bytesOf(Float32Array.from(this.#kept.get(input)!.values[index]!))
      })
      return narrowed(floatsOf(executeOutputs(program, feeds)[0]!), code)
    })
    this.#keep(name, { shape, values, bytes: values.reduce((sum, { byteLength }) => sum + byteLength, 0) })
    return values
  }

  /** What calculates a tensor from inputs of the model and from what is kept. */
  #needed(name: string): { readonly nodes: NodeSource[]; readonly constants: string[]; readonly fed: string[] } {
    for (; this.#seen < this.#writer.nodes.length; this.#seen += 1) {
      const node = this.#writer.nodes[this.#seen]!
      for (const output of node.outputs) this.#makers.set(output, node)
    }
    const [nodes, constants, fed] = [new Set<NodeSource>(), new Set<string>(), new Set<string>()]
    const visit = (wanted: string): void => {
      if (wanted === '') return
      const maker = this.#makers.get(wanted)
      if (this.#writer.tensors.has(wanted)) constants.add(wanted)
      else if (!maker || this.#kept.has(wanted)) fed.add(wanted)
      else if (!nodes.has(maker)) {
        maker.inputs.forEach(visit)
        nodes.add(maker)
      }
    }
    visit(name)
    return { nodes: [...nodes], constants: [...constants], fed: [...fed] }
  }

  #keep(name: string, kept: Kept): void {
    this.#kept.delete(name)
    this.#kept.set(name, kept)
    let bytes = 0
    for (const { bytes: own } of this.#kept.values()) bytes += own
    for (const [oldest, { bytes: own }] of this.#kept) {
      if (bytes <= MOST_BYTES || oldest === name) break
      this.#kept.delete(oldest)
      bytes -= own
    }
  }
}

function narrowed(values: Float32Array, { low, high }: Code): Integers {
  if (low >= 0 && high <= 255) return Uint8Array.from(values)
  if (low >= -128 && high <= 127) return Int8Array.from(values)
  return low >= -32_768 && high <= 32_767 ? Int16Array.from(values) : values
}

/** Adds elements to the sums of their channels. @param inner  elements of a channel that lie together */
export function addByChannel(sums: Float64Array, values: ArrayLike<number>, inner: number): void {
  for (let start = 0, channel = 0; start < values.length; start += inner, channel = channel + 1 === sums.length ? 0 : channel + 1) {
    let sum = 0
    for (let at = start; at < start + inner; at += 1) sum += values[at]!
    sums[channel]! += sum
  }
}
