/** Small models for tests, and their comparison with ONNX Runtime. */
import { it } from 'node:test'
import type { Port } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { encodeModel, type NodeSource, type TensorSource } from '@opine/models/onnx/encode.ts'
import type { Attribute, ElementType } from '@opine/models/onnx/types.ts'
import { expect } from 'chai'
import { difference, randomNumbers, runCompiled, runOnnxRuntime } from './run-onnx.ts'

const TOLERANCE = 1e-4

/** @param feeds  values of inputs by name; the others get random ones */
export async function compare(file: Uint8Array, seed = 1, feeds: Readonly<Record<string, readonly number[]>> = {}): Promise<void> {
  const { inputs: ports } = compile(file).interface
  const inputs = ports.map((port, index) => feeds[port.name] ?? fill(port, seed + index))
  const expected = await runOnnxRuntime(file, ports, inputs)
  // Committed buffers change nothing about values: both modes are run.
  for (const options of [{}, { dense: true }]) {
    const actual = runCompiled(file, inputs, options)
    expect(actual.length).to.equal(expected.length)
    for (const [index, output] of expected.entries()) expect(difference(actual[index]!, output, TOLERANCE)).to.equal(null)
  }
}

function fill({ type, shape }: Port, seed: number): number[] {
  const numbers = randomNumbers(
    shape.reduce((a, b) => a * b, 1),
    seed,
  )
  if (type === 'f32') return numbers.map((value) => Math.fround(value * 3))
  if (type === 'f16') return numbers.map((value) => Math.round(value * 300) / 128)
  return numbers.map((value) => Math.round(value * 100) + (type === 'u8' ? 100 : 0))
}

export const weights = (name: string, ...shape: number[]): TensorSource => ({
  name,
  type: 'f32',
  shape,
  data: randomNumbers(
    shape.reduce((a, b) => a * b, 1),
    name.length + 7 * shape.length,
  ),
})
export const positive = (name: string, count: number): TensorSource => ({
  name,
  type: 'f32',
  shape: [count],
  data: randomNumbers(count, 5).map((value) => Math.abs(value) + 0.5),
})
export const scalar = (name: string, value: number): TensorSource => ({ name, type: 'f32', shape: [], data: [value] })
export const integers = (name: string, ...data: number[]): TensorSource => ({ name, type: 'i64', shape: [data.length], data })
export const node = (op: string, inputs: string, output: string, attributes: Record<string, Attribute> = {}): NodeSource => ({
  op,
  name: `${op}_${output}`,
  inputs: (inputs === '' ? [] : inputs.split(' ')).map((name) => (name === '-' ? '' : name)),
  outputs: output.split(' '),
  attributes,
})

export type Case = {
  readonly inputs: Record<string, readonly number[]>
  readonly nodes: readonly NodeSource[]
  readonly weights?: readonly TensorSource[]
  readonly opset?: number
  /** Versions of further operator sets, by domain. */
  readonly domains?: Readonly<Record<string, number>>
  readonly type?: ElementType
  /** Types of inputs and outputs that have another one than `type`, by name. */
  readonly types?: Readonly<Record<string, ElementType>>
  /** Values of inputs that shall not be random ones. */
  readonly feeds?: Readonly<Record<string, readonly number[]>>
  /** Names of the outputs; `y` if not given. */
  readonly outputs?: readonly string[]
  /** Kernels that it must lower to, where that is part of the promise. */
  readonly kernels?: number
}

export function fileOf(name: string, each: Case): Uint8Array {
  const { inputs, nodes, weights: initializers = [], opset = 17, type = 'f32', types = {}, outputs = ['y'], domains = {} } = each
  return encodeModel({
    name,
    opset,
    domains,
    inputs: Object.entries(inputs).map(([input, shape]) => ({ name: input, type: types[input] ?? type, shape })),
    // Output shapes are left to be inferred, by both sides.
    outputs: outputs.map((output) => ({ name: output, type: types[output] ?? type, shape: null })),
    nodes,
    initializers,
  })
}

export const x = (...shape: number[]): Record<string, readonly number[]> => ({ x: shape })
export const int = (value: number): Attribute => ({ int: value })
export const ints = (...values: number[]): Attribute => ({ ints: values })
export const text = (value: string): Attribute => ({ string: value })

/** One test for each case, by name: ONNX Runtime gives the same, and the promised number of kernels does it. */
export function itAgrees(cases: Readonly<Record<string, Case>>): void {
  for (const [name, each] of Object.entries(cases)) {
    it(name, async () => {
      const file = fileOf(name, each)
      if (each.kernels !== undefined) expect(compile(file).program.kernels.length).to.equal(each.kernels)
      await compare(file, 1, each.feeds)
    })
  }
}
